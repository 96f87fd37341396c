/** A submission without a verdict, as a sweep finds it. */
export interface UngradedSubmission {
  readonly submissionId: number;
  readonly submittedAt: Date | null;
  /** The latest grading that Temporal knows. */
  readonly grading?: { readonly state: string };
}

/**
 * - `graded-soon`: too young to be missed.
 * - `running`: has a grading.
 * - `failed`, `cancelled`: its grading ended without a verdict, so it needs a replay.
 * - `maybe-queued`: its message may still be on the queue.
 * - `stranded`: has neither message nor grading.
 */
export type SweepState = 'graded-soon' | 'running' | 'failed' | 'cancelled' | 'maybe-queued' | 'stranded';

/**
 * Tells stranded submissions from those still waiting for their turn. A queue cannot be listed without consuming it,
 * but it is first in, first out, and requeued messages return to their place: so its `depth` messages can only belong
 * to the latest `depth` of the waiting submissions. A message published again later is the exception; then a start
 * joins the running grading or grades once more, and nothing is lost.
 * @param ungraded oldest first
 * @param depth ready messages on the queue; undefined when the broker did not answer, and then each may still be
 *   queued.
 */
export function sweepStates<Submission extends UngradedSubmission>(
  ungraded: readonly Submission[],
  depth: number | undefined,
  olderThan: Date,
): { readonly submission: Submission; readonly state: SweepState }[] {
  let mayBeQueued = depth ?? Number.POSITIVE_INFINITY;
  const latestFirst = ungraded.toReversed().map((submission) => {
    const { grading, submittedAt } = submission;
    const isOld = submittedAt === null || submittedAt <= olderThan;
    if (grading?.state === 'running') return { submission, state: 'running' as const };
    if (grading?.state === 'cancelled') return { submission, state: 'cancelled' as const };
    if (grading !== undefined && grading.state !== 'completed')
      return { submission, state: 'failed' as const };
    mayBeQueued -= 1;
    if (!isOld) return { submission, state: 'graded-soon' as const };
    return { submission, state: mayBeQueued >= 0 ? ('maybe-queued' as const) : ('stranded' as const) };
  });
  return latestFirst.toReversed();
}
