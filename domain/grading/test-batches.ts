/**
 * Batches of one container that are scheduled at a time: hides the dispatch latency while the runner serves one after the
 * other. The worker has room for as many.
 */
export const batchesScheduledAhead = 8;

/** Up to so many tests, each has an activity of its own: readable, and retried alone. */
const batchesAtMost = 32;

/** A batch's tests together stay well below the activity's start-to-close timeout, ms. */
const batchTimeMs = 240_000;

/**
 * Splits a submission's tests into the units in which they are scheduled and retried: consecutive ids.
 * @param timeLimitMs of one test; long tests are not lumped together.
 */
export function testBatches(
  testCaseIds: readonly number[],
  timeLimitMs: number,
): readonly (readonly number[])[] {
  const wanted = Math.ceil(testCaseIds.length / batchesAtMost);
  const affordable = Math.max(1, Math.floor(batchTimeMs / timeLimitMs));
  const size = Math.max(1, Math.min(wanted, affordable));
  const batches: (readonly number[])[] = [];
  for (let start = 0; start < testCaseIds.length; start += size) {
    batches.push(testCaseIds.slice(start, start + size));
  }
  return batches;
}
