import type { GradingProfile } from './grading-profile.js';
import { gradingRules, pythonWorkerMemoryCapKb } from './grading-profile.js';
import type { Language } from './language.js';
import { languages } from './language.js';

export interface ProblemLimits {
  readonly timeLimitMs: number | null;
  readonly memoryLimitKb: number | null;
  readonly languageLimits: Readonly<Record<string, { timeMs?: number; memoryKb?: number }>> | null;
}

export interface EffectiveLimits {
  /** Limit of the judged time, ms. */
  readonly timeLimitMs: number;
  /** Limit of the measured memory, KB. */
  readonly memoryLimitKb: number;
}

/**
 * The limits of one language on one problem. Source: contract §6 (python: the problem's time, a fixed memory cap) and
 * §7 (go: language_limits, factors).
 * @param defaults for a problem without limits: DEFAULT_TIME_LIMIT (ms), DEFAULT_MEMORY_LIMIT (KB).
 */
export function effectiveLimits(
  problem: ProblemLimits,
  language: Language,
  profile: GradingProfile,
  defaults: EffectiveLimits,
): EffectiveLimits {
  const rules = gradingRules(profile, language);
  const timeMs = positive(problem.timeLimitMs) ?? defaults.timeLimitMs;
  const memoryKb = positive(problem.memoryLimitKb) ?? defaults.memoryLimitKb;
  if (!rules.languageLimits) {
    return {
      timeLimitMs: timeMs,
      memoryLimitKb: rules.memory === 'container-cap' ? pythonWorkerMemoryCapKb : memoryKb,
    };
  }
  const own = problem.languageLimits?.[language];
  const definition = languages[language];
  return {
    timeLimitMs: (positive(own?.timeMs) ?? timeMs) * definition.timeFactor,
    memoryLimitKb: (positive(own?.memoryKb) ?? memoryKb) * definition.memoryFactor + definition.memoryExtraKb,
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

function positive(value: number | null | undefined): number | undefined {
  return value !== null && value !== undefined && value > 0 ? value : undefined;
}
