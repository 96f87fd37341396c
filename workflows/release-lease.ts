import { CancellationScope, log } from '@temporalio/workflow';
import type { ContainerLease } from '../activities/acquire-container.js';
import type { Activities } from '../activities/create-activities.js';
import { activities, onHost, releasing, releasingLocallyMs } from './activity-options.js';
import { describeFailure } from './failures.js';
import type { GradingState } from './grading-state.js';
import type { LocalSteps } from './local-steps.js';

/**
 * Within this workflow task, where nothing runs in the container any more. Awaited: what is begun next must not depend
 * on which of two local activities ended first, as a replay may see another order.
 * @returns whether it is released.
 */
export async function releaseLocally(
  local: LocalSteps,
  { leaseId, hostQueue }: ContainerLease,
): Promise<boolean> {
  const input = { leaseId, onlyOnHost: hostQueue };
  const summary = 'release the container';
  const step = {
    maxMs: releasingLocallyMs,
    summary,
    run: (steps: Activities) => steps.releaseContainer(input),
  };
  const notHere = async () => ({ elsewhere: true });
  const { elsewhere } = await CancellationScope.nonCancellable(() =>
    local.first(step, notHere).catch(notHere),
  );
  return !elsewhere;
}

/**
 * Also for a cancelled grading, for which it is an activity: a release within the workflow task would end the steps
 * that run before the server hears that they are cancelled. Its failure is not the submission's problem: the lease
 * ends by itself.
 */
export function release(state: GradingState, lease: ContainerLease, leaseNumber: number): void {
  const { leaseId, hostQueue } = lease;
  const released = CancellationScope.nonCancellable(() =>
    activities(
      onHost(releasing, hostQueue),
      `release-${leaseNumber}`,
      'release the container',
    ).releaseContainer({ leaseId }),
  );
  state.releases.push(
    released.then(
      () => undefined,
      (error: unknown) => {
        log.warn('a container was not released; its lease ends by itself', {
          reason: describeFailure(error),
        });
      },
    ),
  );
}
