import type { GradingProfile } from './grading-profile.js';
import { gradingRules, pythonWorkerMemoryCapKb } from './grading-profile.js';
import type { Language } from './language.js';
import { languages } from './language.js';
import { languageNamed } from './language-name.js';

export interface ProblemLimits {
  readonly timeLimitMs: number | null;
  readonly memoryLimitKb: number | null;
  readonly languageLimits: Readonly<Record<string, { timeMs?: number; memoryKb?: number }>> | null;
}

export interface EffectiveLimits {
  /** What the judged time is held against, ms; whole, from 1 to {@link maxTimeLimitMs}. */
  readonly timeLimitMs: number;
  /** What the verdict on memory is made on, KB; whole, from 1 to {@link maxMemoryLimitKb}. */
  readonly memoryLimitKb: number;
}

/** No program may run longer, factor included. Every time-out on the way is made for it. */
export const maxTimeLimitMs = 3_600_000;
/** No program may have more, factor and allowance included. */
export const maxMemoryLimitKb = 16 * 1024 * 1024;

/** So many bytes of output end a program (contract §6: 1 MiB or more). */
export const outputLimitBytes = 1024 * 1024;

/** An input travels in one frame of 64 MiB, together with the command. */
export const maxTestInputBytes = 64 * 1024 * 1024 - 64 * 1024;

/** A source takes its compiler's memory many times over. */
export const maxSourceBytes = 16 * 1024 * 1024;

const fallback: EffectiveLimits = { timeLimitMs: 1000, memoryLimitKb: 256_000 };

/**
 * The limits of one language on one problem. What is no positive number counts as not given.
 * @param defaults where the problem has none: DEFAULT_TIME_LIMIT (ms), DEFAULT_MEMORY_LIMIT (KB).
 * Source: contract §6 (python: the problem's time, a fixed memory cap) and §7 (go: language_limits, factors).
 */
export function effectiveLimits(
  problem: ProblemLimits,
  language: Language,
  profile: GradingProfile,
  defaults: EffectiveLimits,
): EffectiveLimits {
  const rules = gradingRules(profile, language);
  const timeMs = positive(problem.timeLimitMs) ?? positive(defaults.timeLimitMs) ?? fallback.timeLimitMs;
  const memoryKb =
    positive(problem.memoryLimitKb) ?? positive(defaults.memoryLimitKb) ?? fallback.memoryLimitKb;
  if (!rules.languageLimits) {
    return withinBounds({
      timeLimitMs: timeMs,
      memoryLimitKb: rules.memory === 'container-cap' ? pythonWorkerMemoryCapKb : memoryKb,
    });
  }
  const own = ownLimits(problem, language);
  const definition = languages[language];
  return withinBounds({
    timeLimitMs: (positive(own?.timeMs) ?? timeMs) * definition.timeFactor,
    memoryLimitKb: (positive(own?.memoryKb) ?? memoryKb) * definition.memoryFactor + definition.memoryExtraKb,
  });
}

/** Whole numbers that every timer, control group and message can hold. */
export function withinBounds({ timeLimitMs, memoryLimitKb }: EffectiveLimits): EffectiveLimits {
  return {
    timeLimitMs: clamped(positive(timeLimitMs) ?? fallback.timeLimitMs, maxTimeLimitMs),
    memoryLimitKb: clamped(positive(memoryLimitKb) ?? fallback.memoryLimitKb, maxMemoryLimitKb),
  };
}

/** Room above the limit, so that a program over it is measured instead of killed, KB. */
const memoryHeadroomKb = 64 * 1024;

/** The container's memory while a test runs, KB. */
export function containerMemoryKb(
  limits: EffectiveLimits,
  profile: GradingProfile,
  language: Language,
): number {
  if (gradingRules(profile, language).memory === 'container-cap') return pythonWorkerMemoryCapKb;
  return limits.memoryLimitKb + memoryHeadroomKb;
}

/**
 * The hard wall limit, ms. Sleeping counts as judged time, so only a program that a starved host keeps from running
 * gets here; it runs again.
 */
export function hardWallLimitMs(timeLimitMs: number): number {
  return Math.max(10 * timeLimitMs, timeLimitMs + 60_000);
}

/** What the programs of that many tests may take together, ms. */
export function testsTimeMs(testCount: number, timeLimitMs: number): number {
  return testCount * timeLimitMs;
}

/** Waiting for a core of the host, for the database and for files is part of running tests, ms. */
const besidesTestsMs = 10 * 60_000;

/** How long a batch of tests may take from its start, ms: one of them on a starved host, the others their whole time. */
export function batchTimeoutMs(testCount: number, timeLimitMs: number): number {
  return besidesTestsMs + hardWallLimitMs(timeLimitMs) + testsTimeMs(Math.max(0, testCount - 1), timeLimitMs);
}

/** For messages. */
export function mebibytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}

function ownLimits(
  { languageLimits }: ProblemLimits,
  language: Language,
): { timeMs?: number; memoryKb?: number } | undefined {
  if (languageLimits === null) return undefined;
  const entries = Object.entries(languageLimits);
  const [, own] =
    entries.find(([name]) => name === language) ??
    entries.find(([name]) => languageNamed(name) === language) ??
    [];
  return own;
}

function clamped(value: number, most: number): number {
  return Math.min(most, Math.max(1, Math.ceil(value)));
}

function positive(value: number | null | undefined): number | undefined {
  return typeof value === 'number' && value > 0 ? value : undefined;
}
