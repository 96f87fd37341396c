import { marginOf, testsThatDiffer } from './parity.js';
import type { ParityRow } from './parity-report.js';
import type { ParityRule } from './parity-rules.js';

/** Temporal's workflow type: each is open while its rules hold, and nobody polls it. */
export const parityRuleType = 'parityRule';
/** Memo name under which lists carry the rules. */
export const parityRuleMemo = 'accepted';
/** More than a person would keep in view; they belong into PARITY_RULES then. */
export const maxAccepted = 200;

/** A difference that a person has accepted for all submissions that differ alike. */
export interface AcceptedRules {
  /** Of its workflow. */
  readonly id: string;
  /** Whose difference it was. */
  readonly submissionId: number;
  readonly rules: readonly ParityRule[];
  readonly by: string;
  readonly at: string;
}

/** Beyond this distance, a limit explains nothing. */
const nearLimit = 0.25;
const nearLimitSteps = 20;

/**
 * The rules that cover what is seen in this row, and as little else as may be: its pairs of statuses, in its mode and language,
 * and where both sides were near a limit, only so near to one.
 * @returns undefined where no rule can: it is no difference of judgement, or a side has no result.
 */
export function rulesCovering(
  { class: kind, aspect, record }: Pick<ParityRow, 'class' | 'aspect' | 'record'>,
  reason: string,
): readonly ParityRule[] | undefined {
  const { ours, theirs, tests, language, gradingMode, limits } = record;
  if (kind !== 'differs' || (aspect !== 'verdict' && aspect !== 'tests') || ours === null) return undefined;
  const mode = gradingMode === 'function' ? 'function' : 'stdio';
  const differing = testsThatDiffer(tests);
  if (differing.length === 0) {
    return [{ theirs: [theirs.status], ours: [ours.verdict], mode, language, reason }];
  }
  const pairs = new Map<string, { theirs: string; ours: string; margins: (number | undefined)[] }>();
  for (const test of differing) {
    const [, theirStatus, ourStatus] = test;
    if (theirStatus === null || ourStatus === null) return undefined;
    const key = `${theirStatus}\n${ourStatus}`;
    const pair = pairs.get(key) ?? { theirs: theirStatus, ours: ourStatus, margins: [] };
    pair.margins.push(marginOf(test, limits)?.part);
    pairs.set(key, pair);
  }
  return [...pairs.values()].map((pair) => {
    const within = nearness(pair.margins);
    return {
      theirs: [pair.theirs],
      ours: [pair.ours],
      mode,
      language,
      ...(within === undefined ? {} : { within }),
      reason,
    };
  });
}

/** In words, such as `Time Limit Exceeded × Accepted, stdio, cpp, both within 5 % of a limit`. */
export function describeRule({ theirs, ours, mode, language, within }: ParityRule): string {
  const parts = [
    `${theirs?.join(' or ') ?? 'any'} × ${ours?.join(' or ') ?? 'any'}`,
    ...(mode === undefined ? [] : [mode]),
    ...(language === undefined ? [] : [language]),
    ...(within === undefined ? [] : [`both within ${Math.round(within * 100)} % of a limit`]),
  ];
  return parts.join(', ');
}

function nearness(margins: readonly (number | undefined)[]): number | undefined {
  const parts = margins.map((margin) => margin ?? Number.POSITIVE_INFINITY);
  const most = Math.max(...parts);
  return most > nearLimit ? undefined : Math.ceil(most * nearLimitSteps) / nearLimitSteps;
}
