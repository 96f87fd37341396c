import { Status } from '../judging/status.js';

/** A known, accepted difference: this status of theirs beside that one of ours. */
export interface ParityRule {
  /** Statuses of the legacy worker; default any. */
  readonly theirs?: readonly string[];
  readonly ours?: readonly string[];
  readonly mode?: 'stdio' | 'function';
  readonly language?: string;
  /** Only if both sides came this near to the time or memory limit; 0.1 is 10 % of it. */
  readonly within?: number;
  /** Shown with each difference that it covers. */
  readonly reason: string;
}

/** A difference below either bound is noise of the machine. */
export interface ParityTolerance {
  readonly timeMs: number;
  readonly timeFactor: number;
  readonly memoryKb: number;
  readonly memoryFactor: number;
}

export interface ParityCriteria {
  readonly tolerance: ParityTolerance;
  readonly rules: readonly ParityRule[];
}

export const defaultTolerance: ParityTolerance = {
  timeMs: 100,
  timeFactor: 2,
  memoryKb: 4096,
  memoryFactor: 1.5,
};

/** Applies when the legacy worker is the Python one, which misreads its own exit status there (contract §6). */
export const functionModeRule: ParityRule = {
  theirs: [Status.WrongAnswer],
  ours: [
    Status.RuntimeError,
    Status.TimeLimitExceeded,
    Status.MemoryLimitExceeded,
    Status.OutputLimitExceeded,
  ],
  mode: 'function',
  reason: 'the Python worker shows crashes and time-outs in function mode as Wrong Answer',
};

export const defaultCriteria: ParityCriteria = { tolerance: defaultTolerance, rules: [functionModeRule] };

export interface StatusPair {
  readonly theirs: string;
  readonly ours: string;
}

export interface PairCircumstances {
  readonly gradingMode: string;
  readonly language: string;
  /** Distance of the farther side from the nearest limit, as a part of that limit; null without a measurement. */
  readonly margin: number | null;
}

/** The first rule that covers the pair of statuses. */
export function ruleFor(
  rules: readonly ParityRule[],
  pair: StatusPair,
  { gradingMode, language, margin }: PairCircumstances,
): ParityRule | undefined {
  return rules.find(
    (rule) =>
      (rule.theirs?.includes(pair.theirs) ?? true) &&
      (rule.ours?.includes(pair.ours) ?? true) &&
      (rule.mode === undefined || rule.mode === gradingMode) &&
      (rule.language === undefined || rule.language === language) &&
      (rule.within === undefined || (margin !== null && margin <= rule.within)),
  );
}
