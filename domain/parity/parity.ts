import { isGraded } from '../grading/stored-result.js';
import { Status } from '../judging/status.js';
import type { ParityCriteria, ParityRule, ParityTolerance, StatusPair } from './parity-rules.js';
import { ruleFor } from './parity-rules.js';
import type { PackedTest, ShadowRecord } from './shadow-record.js';

/**
 * How our grading compares with the legacy worker's; each record has exactly one class. The judgement is verdict,
 * score and the status of every test.
 * - `equal`: same judgement, times and memory equal, or they measured none
 * - `within-tolerance`: same judgement; times and memory differ by less than the tolerance
 * - `ignored`: another judgement, and a rule covers every difference
 * - `differs`: another judgement, or a time or memory beyond the tolerance; `aspect` says which
 * - `ours-failed`: our grading gave no verdict, or System Error where they gave another one
 * - `theirs-missing`: they have no verdict, or no row for some test, and nothing else differs
 */
export const parityClasses = [
  'equal',
  'within-tolerance',
  'ignored',
  'differs',
  'ours-failed',
  'theirs-missing',
] as const;
export type ParityClass = (typeof parityClasses)[number];

/** What differs: the first of these that applies. */
export type ParityAspect = 'verdict' | 'tests' | 'score' | 'time' | 'memory';

export interface ParityFinding {
  readonly class: ParityClass;
  readonly aspect: ParityAspect | null;
  /** In words, for a person; null if there is nothing to say. */
  readonly reason: string | null;
  /** The test that shows it best. */
  readonly test: PackedTest | null;
  /** How near both sides came to a limit in that test; null without a measurement. */
  readonly margin: Margin | null;
}

export interface Margin {
  readonly of: 'time' | 'memory';
  /** 0.03: the farther side was 3 % away from the limit, above or below. */
  readonly part: number;
}

export function classify(record: ShadowRecord, criteria: ParityCriteria): ParityFinding {
  const { theirs, ours, tests } = record;
  if (ours === null) return plain('ours-failed', record.failure ?? 'our grading gave no verdict');
  if (ours.verdict === Status.SystemError && theirs.status !== Status.SystemError) {
    return plain('ours-failed', 'our grading ended in System Error');
  }
  if (!isGraded(theirs.status)) {
    return plain('theirs-missing', `they have no verdict: the status is ${theirs.status}`);
  }
  const verdictDiffers = theirs.status !== ours.verdict;
  const missing = tests.filter(([, theirStatus]) => theirStatus === null);
  const differing = testsThatDiffer(tests);
  if (verdictDiffers || differing.length > 0) return judgementDiffers(record, ours, differing, criteria);
  if (missing.length > 0) {
    return plain(
      'theirs-missing',
      `they have no row for ${listTests(missing)} (${missing.length} of ${record.testsTotal})`,
    );
  }
  if (theirs.score !== ours.score) {
    const reason = `same tests, but score ${theirs.score} × ${ours.score}`;
    return { class: 'differs', aspect: 'score', reason, test: null, margin: null };
  }
  return compareCost(record, criteria.tolerance);
}

/** Whether our judgement differs from theirs: what agreement and the cutover gate count. */
export function isMismatch({ class: kind, aspect }: Pick<ParityFinding, 'class' | 'aspect'>): boolean {
  return kind === 'ours-failed' || (kind === 'differs' && aspect !== 'time' && aspect !== 'memory');
}

/** A test that only they have was deleted later, or we did not run it; one that only we have is new to them. */
export function testsThatDiffer(tests: readonly PackedTest[]): readonly PackedTest[] {
  return tests.filter(([, theirStatus, ourStatus]) => theirStatus !== null && theirStatus !== ourStatus);
}

function judgementDiffers(
  record: ShadowRecord,
  ours: NonNullable<ShadowRecord['ours']>,
  differing: readonly PackedTest[],
  { rules }: ParityCriteria,
): ParityFinding {
  const { theirs, gradingMode, language, tests, testsTotal } = record;
  const verdictDiffers = theirs.status !== ours.verdict;
  const [test = null] = differing;
  const margin = test === null ? null : marginOf(test, record.limits);
  const aspect = verdictDiffers ? 'verdict' : 'tests';
  const covered = (pair: StatusPair, of: PackedTest | null) =>
    ruleFor(rules, pair, {
      gradingMode,
      language,
      margin: of === null ? null : (marginOf(of, record.limits)?.part ?? null),
    });
  const covering: (ParityRule | undefined)[] = differing.map((each) =>
    each[2] === null ? undefined : covered({ theirs: each[1] ?? '', ours: each[2] }, each),
  );
  // The verdict follows from its tests, so it needs its own rule only when no test differs.
  if (verdictDiffers && differing.length === 0) {
    covering.push(covered({ theirs: theirs.status, ours: ours.verdict }, null));
  }
  const [first] = covering;
  // A record of very many tests may omit some that differ; nothing is known about those.
  const isWhole = tests.length === testsTotal || differing.length < tests.length;
  if (isWhole && first !== undefined && covering.every((rule) => rule !== undefined)) {
    return { class: 'ignored', aspect, reason: first.reason, test, margin };
  }
  const counted =
    differing.length === 0
      ? 'no test can be compared'
      : `${listTests(differing)} (${differing.length} of ${testsTotal})`;
  return { class: 'differs', aspect, reason: counted, test, margin };
}

function compareCost({ tests, limits }: ShadowRecord, tolerance: ParityTolerance): ParityFinding {
  const apart = (at: 3 | 5, least: number, factor: number) =>
    tests.filter((test) => isApart(test[at], test[at === 3 ? 4 : 6], least, factor));
  const slow = apart(3, tolerance.timeMs, tolerance.timeFactor);
  const large = apart(5, tolerance.memoryKb, tolerance.memoryFactor);
  const aspect = slow.length > 0 ? 'time' : 'memory';
  const [test] = slow.length > 0 ? slow : large;
  if (test !== undefined) {
    const [id, , , theirMs, ourMs, theirKb, ourKb] = test;
    const reason =
      aspect === 'time' ? `test ${id}: ${theirMs} × ${ourMs} ms` : `test ${id}: ${theirKb} × ${ourKb} KB`;
    return { class: 'differs', aspect, reason, test, margin: marginOf(test, limits) };
  }
  const isSame = apart(3, 0, 1).length === 0 && apart(5, 0, 1).length === 0;
  return plain(isSame ? 'equal' : 'within-tolerance', null);
}

/**
 * Whether they differ by more than both bounds. A value they did not measure, or measured as 0 (contract §6), is not
 * compared.
 */
function isApart(theirs: number | null, ours: number | null, least: number, factor: number): boolean {
  if (theirs === null || ours === null || theirs === 0) return false;
  return Math.abs(theirs - ours) > least && Math.max(theirs, ours) > factor * Math.min(theirs, ours);
}

/**
 * Time or memory, whichever limit may have decided the test: the one to which the farther side came nearest. The
 * farther side counts, because a program stopped at its limit is always near it, however fast the other side was.
 */
export function marginOf(test: PackedTest, limits: ShadowRecord['limits']): Margin | null {
  if (limits === null) return null;
  const [, , , theirMs, ourMs, theirKb, ourKb] = test;
  const margins = (of: Margin['of'], limit: number, values: readonly (number | null)[]): Margin[] => {
    const parts = values.flatMap((value) =>
      value === null || value === 0 || limit <= 0 ? [] : [Math.abs(value - limit) / limit],
    );
    return parts.length === 0 ? [] : [{ of, part: Math.max(...parts) }];
  };
  const [nearest = null] = [
    ...margins('time', limits.timeMs, [theirMs, ourMs]),
    ...margins('memory', limits.memoryKb, [theirKb, ourKb]),
  ].sort((a, b) => a.part - b.part);
  return nearest;
}

function plain(kind: ParityClass, reason: string | null): ParityFinding {
  return { class: kind, aspect: null, reason, test: null, margin: null };
}

const testsListed = 4;

function listTests(tests: readonly PackedTest[]): string {
  const ids = tests.slice(0, testsListed).map(([id]) => id);
  const more = tests.length > testsListed ? ` and ${tests.length - testsListed} more` : '';
  return `${tests.length === 1 ? 'test' : 'tests'} ${ids.join(', ')}${more}`;
}
