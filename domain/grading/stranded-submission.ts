/** A submission that was handed in more recently is not missed, where nothing else is said. */
export const missedAfterMs = 15 * 60_000;

/** A submission as a sweep finds it. */
export interface SweptSubmission {
  readonly submissionId: number;
  readonly submittedAt: Date | null;
  /** The latest grading that Temporal knows. */
  readonly grading?: { readonly state: string };
}

/**
 * Without a verdict:
 * - `graded-soon`: too young to be missed.
 * - `running`: has a grading.
 * - `failed`, `cancelled`: its grading ended without a verdict, so it needs a replay.
 * - `maybe-queued`: its message may still be on the queue.
 * - `stranded`: has neither message nor grading.
 *
 * With a verdict that we recorded and the backend has not written since:
 * - `running`, `failed`, `cancelled`: as above.
 * - `told`: its grading has completed, so the backend has taken the verdict and writes elsewhere, or nothing.
 * - `untold`: no grading is known that would still tell the backend.
 */
export type SweepState = (typeof sweepStateNames)[number];

export const sweepStateNames = [
  'graded-soon',
  'running',
  'failed',
  'cancelled',
  'maybe-queued',
  'stranded',
  'told',
  'untold',
] as const;

/** A grading has to be started; nothing else helps. */
export function needsStart(state: SweepState): boolean {
  return state === 'stranded' || state === 'untold';
}

export interface SweptPage<Submission> {
  readonly found: readonly { readonly submission: Submission; readonly state: SweepState }[];
  /** For the next page: as many of its submissions may still have a message on the queue. */
  readonly mayBeQueued: number;
}

/**
 * Tells stranded submissions from those still waiting for their turn. A queue cannot be listed without consuming it,
 * but it is first in, first out, and requeued messages return to their place: so its messages can only belong
 * to the latest of the waiting submissions. A message published again later is the exception; then a start
 * joins the running grading or grades once more, and nothing is lost.
 * @param ungraded a page of them, latest first; the pages follow each other from the latest on
 * @param mayBeQueued at first the ready messages on the queues; infinite when the broker did not answer
 */
export function sweepUngraded<Submission extends SweptSubmission>(
  ungraded: readonly Submission[],
  mayBeQueued: number,
  olderThan: Date,
): SweptPage<Submission> {
  let left = mayBeQueued;
  const found = ungraded.map((submission) => {
    const { grading, submittedAt } = submission;
    const known = stateOfGrading(grading?.state);
    if (known !== undefined && known !== 'told') return { submission, state: known };
    const isOld = submittedAt === null || submittedAt <= olderThan;
    left -= 1;
    if (!isOld) return { submission, state: 'graded-soon' as const };
    return { submission, state: left >= 0 ? ('maybe-queued' as const) : ('stranded' as const) };
  });
  return { found, mayBeQueued: Math.max(0, left) };
}

/** A submission whose stored result is still as we recorded it. */
export function untoldState(grading: { readonly state: string } | undefined): SweepState {
  return stateOfGrading(grading?.state) ?? 'untold';
}

function stateOfGrading(state: string | undefined): 'running' | 'cancelled' | 'told' | 'failed' | undefined {
  switch (state) {
    case undefined:
      return undefined;
    case 'running':
    case 'cancelled':
      return state;
    case 'completed':
      return 'told';
    default:
      return 'failed';
  }
}
