import type { ShadowRecord } from './shadow-record.js';

export interface LegacyNoise {
  /** Pairs of results that the legacy worker gave for one submission. */
  readonly pairs: number;
  /** Pairs that differ in verdict, score or the status of a test. */
  readonly changed: number;
}

/** Fewer pairs say too little: 0 of 30 still allows a rate of 11 %. */
export const noisePairsNeeded = 30;

/**
 * How often the legacy worker disagrees with itself, from submissions it graded more than once: those whose stored result
 * was replaced between two shadow gradings. Consecutive results make a pair.
 * @param records in the order in which they were made.
 */
export function legacyNoise(
  records: readonly Pick<ShadowRecord, 'submissionId' | 'theirs' | 'tests'>[],
): LegacyNoise {
  const latest = new Map<number, (typeof records)[number]>();
  let pairs = 0;
  let changed = 0;
  for (const record of records) {
    const before = latest.get(record.submissionId);
    latest.set(record.submissionId, record);
    if (before === undefined || before.theirs.fingerprint === record.theirs.fingerprint) continue;
    pairs += 1;
    if (judgement(before) !== judgement(record)) changed += 1;
  }
  return { pairs, changed };
}

/** The rate not counted against us, 0–1; 0 while too little is known. */
export function noiseLevel({ pairs, changed }: LegacyNoise): number {
  return pairs < noisePairsNeeded ? 0 : changed / pairs;
}

function judgement({ theirs, tests }: Pick<ShadowRecord, 'theirs' | 'tests'>): string {
  return JSON.stringify([theirs.status, theirs.score, tests.map(([id, status]) => [id, status])]);
}
