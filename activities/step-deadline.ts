import { Context } from '@temporalio/activity';
import { StepDeadlineExceededError } from './errors.js';
import { heartbeat } from './heartbeat.js';

/** Attempts farther apart than this did not fail one after the other: the task waited in between. */
const maxAttemptGapMs = 120_000;

/** What the heartbeat of a failed attempt tells the next one. */
interface FailureStreak {
  readonly failingSince: number;
  readonly failedAt: number;
}

/**
 * Ends a step that is retried without limit once its own attempts have failed for `deadlineMs` on end. Waiting in a
 * queue before or between attempts is no trouble and does not count.
 * @param counts false for failures that are to be waited out however long they last.
 * @throws StepDeadlineExceededError instead of the last failure
 */
export async function withinDeadline<Output>(
  deadlineMs: number,
  work: () => Promise<Output>,
  counts: (error: unknown) => boolean = () => true,
): Promise<Output> {
  const context = Context.current();
  try {
    return await work();
  } catch (error) {
    if (context.cancellationSignal.aborted || !counts(error)) throw error;
    const failedAt = Date.now();
    const before = previousStreak(context.info.heartbeatDetails);
    // Also where a clock was put back, here or between two hosts: its hour would be added to the deadline.
    const isOnEnd = before !== undefined && Math.abs(failedAt - before.failedAt) <= maxAttemptGapMs;
    const failingSince = isOnEnd ? before.failingSince : failedAt;
    if (failedAt - failingSince >= deadlineMs) throw new StepDeadlineExceededError(error);
    heartbeat({ failingSince, failedAt } satisfies FailureStreak);
    throw error;
  }
}

function previousStreak(details: unknown): FailureStreak | undefined {
  if (typeof details !== 'object' || details === null) return undefined;
  if (!('failingSince' in details && 'failedAt' in details)) return undefined;
  const { failingSince, failedAt } = details;
  return typeof failingSince === 'number' && typeof failedAt === 'number'
    ? { failingSince, failedAt }
    : undefined;
}
