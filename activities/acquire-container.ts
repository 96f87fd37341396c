import type { ActivityDependencies } from './dependencies.js';
import { withHeartbeats } from './heartbeat.js';

export interface AcquireContainerInput {
  readonly submissionId: number;
}

/** Where the following steps of this submission are served, until the lease ends. */
export interface ContainerLease {
  readonly hostQueue: string;
  readonly leaseId: string;
  readonly containerId: string;
}

/** Below the start-to-close timeout, so that the attempt ends by itself and says why, ms. */
const waitAtMostMs = 50_000;

/** Step 2. Waiting here is the back-pressure: hosts take this task only while they have a container free. */
export function acquireContainer({ pool }: ActivityDependencies) {
  return async ({ submissionId }: AcquireContainerInput): Promise<ContainerLease> =>
    withHeartbeats(async (cancelled) => {
      const signal = AbortSignal.any([cancelled, AbortSignal.timeout(waitAtMostMs)]);
      const { leaseId, containerId } = await pool.acquire({ submissionId, signal });
      if (cancelled.aborted) {
        // Nobody is told of this lease any more.
        await pool.release(leaseId);
        throw new Error('The grading was cancelled while it waited for a container.');
      }
      return { hostQueue: pool.hostQueue, leaseId, containerId };
    });
}
