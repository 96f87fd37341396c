import { Context } from '@temporalio/activity';
import type { ActivityDependencies } from './dependencies.js';
import { withHeartbeats } from './heartbeat.js';
import { withinDeadline } from './step-deadline.js';

export interface AcquireContainerInput {
  readonly submissionId: number;
  /** How long attempts may keep failing, ms; default GRADING_DEADLINE. Waiting in the queue does not count. */
  readonly deadlineMs?: number;
  /** What the tests may take by their limit, ms: the lease lasts so much longer. */
  readonly testsTimeMs?: number;
}

/** Where the following steps of this submission are served, until the lease ends. */
export interface ContainerLease {
  readonly hostQueue: string;
  readonly leaseId: string;
  readonly containerId: string;
}

/** Below the start-to-close timeout, so that the attempt ends by itself and says why, ms. */
const maxWaitMs = 50_000;

/** Step 2. Waiting here is the back-pressure: hosts take this task only while they have a container free. @throws StepDeadlineExceededError */
export function acquireContainer({ pool, settings }: ActivityDependencies) {
  return async ({
    submissionId,
    deadlineMs,
    testsTimeMs,
  }: AcquireContainerInput): Promise<ContainerLease> => {
    const acquire = async (cancelled: AbortSignal): Promise<ContainerLease> => {
      const signal = AbortSignal.any([cancelled, AbortSignal.timeout(maxWaitMs)]);
      const { leaseId, containerId } = await pool.acquire({
        submissionId,
        signal,
        ...(testsTimeMs === undefined ? {} : { extraMs: testsTimeMs }),
      });
      if (cancelled.aborted) {
        // Nobody gets this lease any more.
        await pool.release(leaseId);
        throw new Error('The grading was cancelled while it waited for a container.');
      }
      return { hostQueue: pool.hostQueue, leaseId, containerId };
    };
    // What earlier attempts said about their trouble is said on.
    const failureStreak = Context.current().info.heartbeatDetails;
    return withinDeadline(deadlineMs ?? settings.gradingDeadlineMs, () =>
      withHeartbeats(acquire, () => failureStreak),
    );
  };
}
