import type { ShadowGradeResult, ShadowTest } from '../grading/shadow-grading.js';
import type { StoredResult, StoredTest } from '../grading/stored-result.js';
import type { Verdict } from '../judging/status.js';

/**
 * How the new grading differs from the stored result: the first of these that applies. `flaky`: the repetitions
 * disagree. `time`: same judgement, but the slowest test is far off.
 */
export type Difference = 'not-graded' | 'flaky' | 'verdict' | 'score' | 'tests' | 'time' | 'none';

export type ApplyOutcome = 'applied' | 'conflict' | 'gone' | 'failed';

/** One submission of a set: the stored result beside the new one. */
export interface RejudgeRow {
  readonly submissionId: number;
  readonly difference: Difference;
  readonly oldVerdict: string;
  readonly oldScore: number;
  /** Result of the first repetition; null if it was not graded. */
  readonly newVerdict: Verdict | null;
  readonly newScore: number | null;
  /** Slowest test, ms. */
  readonly oldTimeMs: number;
  readonly newTimeMs: number;
  /** Tests whose status changed, the first few. */
  readonly changedTests: readonly ChangedTest[];
  /** Verdicts of all repetitions, if they differ. */
  readonly verdicts: readonly Verdict[];
  readonly fingerprint: string;
  /** Why it was not graded or not applied. */
  readonly note: string | null;
  readonly outcome: ApplyOutcome | null;
}

export interface ChangedTest {
  readonly id: number;
  readonly oldStatus: string | null;
  readonly newStatus: string | null;
}

/** The grading's page lists all; a row stays small. */
const changedTestsKept = 5;
/** A time difference below either bound is noise of the machine. */
const timeFactor = 2;
const timeToleranceMs = 100;

/** @param gradings the repetitions, in order; at least one. */
export function compareResults(
  stored: StoredResult,
  gradings: readonly [ShadowGradeResult, ...ShadowGradeResult[]],
): RejudgeRow {
  const [first] = gradings;
  const changed = changedTests(stored.tests, first.tests);
  const oldTimeMs = slowest(stored.tests);
  const newTimeMs = slowest(first.tests);
  const isFlaky = gradings.some((grading) => !sameJudgement(grading, first));
  const difference = (): Difference => {
    if (isFlaky) return 'flaky';
    if (stored.status !== first.verdict) return 'verdict';
    if (stored.score !== first.score) return 'score';
    if (changed.length > 0) return 'tests';
    return isFarOff(oldTimeMs, newTimeMs) ? 'time' : 'none';
  };
  return {
    submissionId: stored.submissionId,
    difference: difference(),
    oldVerdict: stored.status,
    oldScore: stored.score,
    newVerdict: first.verdict,
    newScore: first.score,
    oldTimeMs,
    newTimeMs,
    changedTests: changed.slice(0, changedTestsKept),
    verdicts: isFlaky ? gradings.map((grading) => grading.verdict) : [],
    fingerprint: stored.fingerprint,
    note: null,
    outcome: null,
  };
}

/** A submission without a new grading to compare. */
export function notGraded(submissionId: number, stored: StoredResult | undefined, note: string): RejudgeRow {
  return {
    submissionId,
    difference: 'not-graded',
    oldVerdict: stored?.status ?? 'unknown',
    oldScore: stored?.score ?? 0,
    newVerdict: null,
    newScore: null,
    oldTimeMs: 0,
    newTimeMs: 0,
    changedTests: [],
    verdicts: [],
    fingerprint: stored?.fingerprint ?? '',
    note: note.slice(0, 200),
    outcome: null,
  };
}

/**
 * Whether `apply` writes this row: when the new judgement differs from the stored one. A flaky verdict is no better
 * than the stored one, and a time difference alone changes nothing.
 */
export function isToBeApplied({ difference }: Pick<RejudgeRow, 'difference'>): boolean {
  return difference === 'verdict' || difference === 'score' || difference === 'tests';
}

/** How many of a set that is, by its counts of each kind of difference. */
export function toBeApplied(differences: Readonly<Record<string, number>>): number {
  const kinds = Object.entries(differences) as [Difference, number][];
  return kinds.reduce((sum, [difference, count]) => sum + (isToBeApplied({ difference }) ? count : 0), 0);
}

/** Same verdict, score and status of every test. */
function sameJudgement(a: ShadowGradeResult, b: ShadowGradeResult): boolean {
  return a.verdict === b.verdict && a.score === b.score && changedTests(a.tests, b.tests).length === 0;
}

function changedTests(
  before: readonly Pick<StoredTest, 'id' | 'status'>[],
  after: readonly ShadowTest[],
): ChangedTest[] {
  const old = new Map<number, string>();
  // A result of the whole submission has no test.
  for (const { id, status } of before) if (id !== null) old.set(id, status);
  const changed: ChangedTest[] = [];
  for (const { id, status } of after) {
    const oldStatus = old.get(id) ?? null;
    old.delete(id);
    if (oldStatus !== status) changed.push({ id, oldStatus, newStatus: status });
  }
  for (const [id, oldStatus] of old) changed.push({ id, oldStatus, newStatus: null });
  return changed.sort((a, b) => a.id - b.id);
}

function slowest(tests: readonly { readonly timeMs: number | null }[]): number {
  return tests.reduce((most, test) => Math.max(most, test.timeMs ?? 0), 0);
}

function isFarOff(a: number, b: number): boolean {
  return Math.abs(a - b) > timeToleranceMs && Math.max(a, b) > timeFactor * Math.min(a, b);
}
