import { Status } from './status.js';
import type { GradingResult, TestCaseResult } from './submission.js';

export interface ScoredTest {
  readonly id: number;
  readonly points: number;
}

/** The part of a result that its score depends on. */
export interface ScoredResult {
  readonly overallStatus: GradingResult['overallStatus'];
  readonly results: readonly Pick<TestCaseResult, 'testCaseId' | 'status'>[];
}

/** `cached_score` holds no more. */
const smallestInt = -(2 ** 31);
const largestInt = 2 ** 31 - 1;

/**
 * As the backend computes it (contract §4): round(100 × points of accepted tests / all points). It is 0–100 where no
 * points are negative; where some are, it may be any number the platform can store.
 * The backend's round is Python's: an exact half goes to the even neighbour (12.5 → 12, 37.5 → 38).
 * Compile Error and System Error score 0, and so does a problem without points.
 */
export function score(tests: readonly ScoredTest[], result: ScoredResult): number {
  if (!keepsTestResults(result.overallStatus)) return 0;
  const accepted = new Set(
    result.results.filter((test) => test.status === Status.Accepted).map((test) => test.testCaseId),
  );
  const all = sum(tests);
  if (all === 0) return 0;
  const exact = (100 * sum(tests.filter((test) => accepted.has(test.id)))) / all;
  // Never -0, which is another value to some readers.
  return Math.min(largestInt, Math.max(smallestInt, roundHalfEven(exact))) + 0;
}

/**
 * Whether a result's rows belong to tests (contract §4). For Compile Error and System Error they belong to none; for
 * any other status the backend skips rows without a test.
 */
export function keepsTestResults(overallStatus: GradingResult['overallStatus']): boolean {
  return overallStatus !== Status.CompileError && overallStatus !== Status.SystemError;
}

function sum(tests: readonly ScoredTest[]): number {
  return tests.reduce((total, test) => total + test.points, 0);
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const fraction = value - floor;
  if (fraction !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
