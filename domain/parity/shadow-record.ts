import type { ShadowGradeResult } from '../grading/shadow-grading.js';
import type { StoredResult } from '../grading/stored-result.js';

/**
 * What a shadow grading saw: the legacy worker's stored result beside ours, as facts without judgement. Rules and
 * tolerances apply when it is read (domain/parity/parity.ts), so changing them needs no new grading.
 */
export interface ShadowRecord {
  readonly submissionId: number;
  readonly problemTitle: string;
  /** The language it is graded as. */
  readonly language: string;
  readonly gradingMode: string;
  /** The limits ours was judged against; null when there was nothing to grade. */
  readonly limits: Limits | null;
  readonly theirs: { readonly status: string; readonly score: number; readonly fingerprint: string };
  /** Null when our grading failed; `failure` says why. */
  readonly ours: { readonly verdict: string; readonly score: number } | null;
  readonly failure: string | null;
  /** In ascending id; of many tests only {@link testsKept}, differing ones first. */
  readonly tests: readonly PackedTest[];
  /** Number of all tests, kept or not. */
  readonly testsTotal: number;
}

interface Limits {
  readonly timeMs: number;
  readonly memoryKb: number;
}

/** Id, statuses, times (ms), memory (KB): theirs, then ours. Null when that side has none. */
export type PackedTest = readonly [
  id: number,
  theirStatus: string | null,
  ourStatus: string | null,
  theirMs: number | null,
  ourMs: number | null,
  theirKb: number | null,
  ourKb: number | null,
];

/** Lists of workflows carry the record, so it stays small. */
export const testsKept = 60;

/** @param graded the reason, if our grading failed. */
export function shadowRecord(
  stored: StoredResult,
  graded: ShadowGradeResult | { readonly failure: string },
): ShadowRecord {
  const theirs = { status: stored.status, score: stored.score, fingerprint: stored.fingerprint };
  if ('failure' in graded) {
    const tests = pairTests(stored.tests, []);
    return {
      submissionId: stored.submissionId,
      problemTitle: '',
      language: '',
      gradingMode: '',
      limits: null,
      theirs,
      ours: null,
      failure: graded.failure.slice(0, 200),
      tests: mostTelling(tests),
      testsTotal: tests.length,
    };
  }
  const tests = pairTests(stored.tests, graded.tests);
  return {
    submissionId: stored.submissionId,
    problemTitle: graded.about.problemTitle.slice(0, 80),
    language: graded.about.language,
    gradingMode: graded.about.gradingMode,
    limits: graded.limits,
    theirs,
    ours: { verdict: graded.verdict, score: graded.score },
    failure: null,
    tests: mostTelling(tests),
    testsTotal: tests.length,
  };
}

/**
 * The raw outcome before rules and tolerances, for the search attribute `Parity`: whether verdict, score and the
 * status of every test are the same.
 */
export function rawParity({ theirs, ours, tests }: ShadowRecord): 'same' | 'differs' | 'ours failed' {
  if (ours === null) return 'ours failed';
  const isSame =
    theirs.status === ours.verdict &&
    theirs.score === ours.score &&
    tests.every(([, theirStatus, ourStatus]) => theirStatus === ourStatus);
  return isSame ? 'same' : 'differs';
}

function pairTests(theirs: StoredResult['tests'], ours: ShadowGradeResult['tests']): PackedTest[] {
  const paired = new Map<number, PackedTest>();
  for (const { id, status, timeMs, memoryKb } of theirs) {
    // A result of the whole submission has no test.
    if (id !== null) paired.set(id, [id, status, null, timeMs, null, memoryKb, null]);
  }
  for (const { id, status, timeMs, memoryKb } of ours) {
    const [, theirStatus = null, , theirMs = null, , theirKb = null] = paired.get(id) ?? [];
    paired.set(id, [id, theirStatus, status, theirMs, timeMs, theirKb, memoryKb]);
  }
  return [...paired.values()].sort((a, b) => a[0] - b[0]);
}

function mostTelling(tests: readonly PackedTest[]): readonly PackedTest[] {
  if (tests.length <= testsKept) return tests;
  return [...tests]
    .sort((a, b) => weight(b) - weight(a) || a[0] - b[0])
    .slice(0, testsKept)
    .sort((a, b) => a[0] - b[0]);
}

/** Differing statuses first, then the largest time differences. */
function weight([, theirStatus, ourStatus, theirMs, ourMs]: PackedTest): number {
  if (theirStatus !== ourStatus) return Number.POSITIVE_INFINITY;
  return Math.abs((theirMs ?? 0) - (ourMs ?? 0));
}
