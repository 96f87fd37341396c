import { CancellationScope, sleep } from '@temporalio/workflow';
import type { ContainerLease } from '../activities/acquire-container.js';
import { FailureType } from '../domain/grading/failure-type.js';
import { testsTimeMs } from '../domain/judging/limits.js';
import { acquiring, activities } from './activity-options.js';
import { cancelAfter } from './cancel-after.js';
import type { Ungraded } from './failed-containers.js';
import { FailedContainers } from './failed-containers.js';
import { describeFailure, failureType } from './failures.js';
import type { GradingState } from './grading-state.js';
import { release, releaseLocally } from './release-lease.js';
import type { LeaseOutcome } from './run-in-lease.js';
import { runInLease } from './run-in-lease.js';

export type HostsOutcome = (LeaseOutcome & { readonly hostQueue: string }) | Ungraded;

/**
 * Steps 2 to 5, in one container after another until every test is judged.
 * A lost host costs a fresh compile and the tests that were under way, never a finished one. Steps that
 * keep failing, and containers that keep being lost, are tried again in another container, with backoff, until the
 * deadline; a database that is away is waited for without end, as by the load.
 */
export async function gradeOnHosts(state: GradingState): Promise<HostsOutcome> {
  const failed = new FailedContainers(state);
  for (;;) {
    state.progress.entered('acquire');
    state.leases += 1;
    const leaseNumber = state.leases;
    const lease = await acquire(state, leaseNumber);
    if ('kind' in lease) return lease;
    const startedAt = Date.now();
    const finishedBefore = state.finished.size;
    let isReleased = false;
    let usesBudget = true;
    const releaseOnce = () => {
      if (!isReleased) release(state, lease, leaseNumber);
      isReleased = true;
    };
    try {
      const outcome = await cancelAfter(
        state.budgetMs,
        'deadline: System Error after this long on broken infrastructure',
        () => runInLease(state, lease, leaseNumber),
      );
      if (state.local !== undefined) isReleased = await releaseLocally(state.local, lease);
      return { ...outcome, hostQueue: lease.hostQueue };
    } catch (error) {
      if (CancellationScope.current().consideredCancelled) throw error;
      // Where a workflow task was lost, its steps ended the lease and will not again: every step counts from now on.
      state.local = undefined;
      const next = failed.followedBy(error, state.finished.size > finishedBefore);
      if (next.kind === 'ungraded') return next;
      usesBudget = next.usesBudget;
      releaseOnce();
      const { pauseMs } = next;
      if (pauseMs === undefined) continue;
      const leftMs = state.budgetMs - (Date.now() - startedAt);
      if (usesBudget && leftMs <= pauseMs) return failed.outOfTime();
      if (pauseMs > 0) await sleep(pauseMs, { summary: failed.pauseSummary() });
    } finally {
      if (usesBudget) state.budgetMs = Math.max(1, state.budgetMs - (Date.now() - startedAt));
      releaseOnce();
    }
  }
}

/** @returns why none was to be had within the deadline. */
async function acquire(
  { plan, budgetMs }: GradingState,
  leaseNumber: number,
): Promise<ContainerLease | Ungraded> {
  try {
    return await activities(acquiring, `acquire-${leaseNumber}`, 'acquire a container').acquireContainer({
      submissionId: plan.submissionId,
      deadlineMs: budgetMs,
      testsTimeMs: testsTimeMs(plan.testCaseIds.length, plan.timeLimitMs),
    });
  } catch (error) {
    const type = failureType(error);
    if (type !== FailureType.DeadlineExceeded) throw error;
    return { kind: 'ungraded', type, step: 'acquire', reason: describeFailure(error) };
  }
}
