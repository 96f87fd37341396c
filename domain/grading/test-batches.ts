/**
 * Batches of one container scheduled at a time: they hide the dispatch latency while the runner serves one after the
 * other. The worker has a slot for each.
 */
export const batchesScheduledAhead = 8;

/** Up to this many tests, each has its own activity: readable, and retried alone. */
const maxBatches = 32;

/** With more tests than this, their texts do not travel with the results: 100 of the worst are 0.4 of 2 MiB. */
export const testsWithTexts = 100;

/** What is known of each test without its texts fits a payload up to here, and into a history several times. */
export const maxTests = 20_000;

/** All tests of a batch together stay well below the activity's start-to-close timeout, ms. */
const batchTimeMs = 240_000;

/**
 * Splits a submission's tests into batches of consecutive ids, which are scheduled and retried as one.
 * @param timeLimitMs of one test; long tests get smaller batches.
 */
export function testBatches(
  testCaseIds: readonly number[],
  timeLimitMs: number,
): readonly (readonly number[])[] {
  const wanted = Math.ceil(testCaseIds.length / maxBatches);
  const affordable = Math.max(1, Math.floor(batchTimeMs / timeLimitMs));
  const size = Math.max(1, Math.min(wanted, affordable));
  const batches: (readonly number[])[] = [];
  for (let start = 0; start < testCaseIds.length; start += size) {
    batches.push(testCaseIds.slice(start, start + size));
  }
  return batches;
}
