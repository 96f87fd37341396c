import { CancellationScope, isCancellation, log, patched, sleep } from '@temporalio/workflow';
import type { ContainerLease } from '../activities/acquire-container.js';
import type { Activities } from '../activities/create-activities.js';
import type { GradingStep } from '../domain/grading/failure-type.js';
import { FailureType } from '../domain/grading/failure-type.js';
import { testsTimeMs } from '../domain/judging/limits.js';
import { backoffDelayMs } from '../domain/retry/backoff.js';
import { acquiring, activities, onHost, releasing, releasingLocallyMs } from './activity-options.js';
import { cancelAfter } from './cancel-after.js';
import { describeFailure, failureType, hostFailure, isHostTimeout } from './failures.js';
import type { GradingState } from './grading-state.js';
import type { LocalSteps } from './local-steps.js';
import type { LeaseOutcome } from './run-in-lease.js';
import { runInLease } from './run-in-lease.js';

/** A program that takes down this many hosts is not given another one. */
const maxHostLosses = 10;
/**
 * Between two containers. Also from the second lost one on: somebody who removes containers, an engine in trouble or a
 * Temporal that answers late takes ten within a minute, whatever program runs in them.
 */
const containerBackoff = { initialMs: 1000, maximumMs: 30_000 };

export type HostsOutcome =
  | (LeaseOutcome & { readonly hostQueue: string })
  | {
      readonly kind: 'gave-up';
      readonly type: FailureType;
      readonly step: GradingStep;
      readonly reason: string;
      /** Where it is the problem's fault: what the student reads. */
      readonly message?: string;
    };

/**
 * Steps 2 to 5, in one container after another until every test is judged.
 * A lost host costs a fresh compile and the tests that were under way, never a finished one. Steps that
 * keep failing, and containers that keep being lost, are tried again in another container, with backoff, until the
 * deadline; a database that is away is waited for without end, as by the load.
 */
export async function gradeOnHosts(state: GradingState): Promise<HostsOutcome> {
  const { progress } = state;
  let lastReason: string | undefined;
  let losses = 0;
  for (let failures = 0; ; ) {
    progress.entered('acquire');
    state.leases += 1;
    const leaseNumber = state.leases;
    let lease: ContainerLease;
    try {
      lease = await acquire(state, leaseNumber);
    } catch (error) {
      const type = failureType(error);
      if (type !== FailureType.DeadlineExceeded) throw error;
      return { kind: 'gave-up', type, step: 'acquire', reason: describeFailure(error) };
    }
    const startedAt = Date.now();
    const finishedBefore = state.finished.size;
    let isReleased = false;
    let countsAsTrouble = true;
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
      const failedStep = progress.step === 'done' ? 'run' : progress.step;
      const failedWith = (type: FailureType, reason: string) => ({
        kind: 'gave-up' as const,
        type,
        step: failedStep,
        reason,
      });
      const outOfTime = () =>
        failedWith(
          FailureType.DeadlineExceeded,
          lastReason === undefined
            ? 'it had not ended when the deadline came'
            : `the last failure was: ${lastReason}`,
        );
      // Not cancelled from outside, so it was the deadline.
      if (isCancellation(error)) return outOfTime();
      lastReason = describeFailure(error);
      // Where a workflow task was lost, its steps ended the lease and will not again: every step counts from now on.
      state.local = undefined;
      log.warn('moving to another container', { leaseNumber, step: failedStep, reason: lastReason });
      const kind = hostFailure(error);
      if (kind === 'ungradable') {
        return { ...failedWith(FailureType.Ungradable, lastReason), message: lastReason };
      }
      // Nobody is left to tell.
      if (kind === 'submission-gone') throw error;
      if (kind === 'plan-changed') return failedWith(FailureType.TestCaseNotFound, lastReason);
      const isLost = kind === 'host-lost';
      const hasPauses = isLost && patched('pause-after-loss');
      if (isLost && (isHostTimeout(error) || !hasPauses)) {
        state.hostLosses += 1;
        if (state.hostLosses >= maxHostLosses) {
          return failedWith(
            FailureType.LeaseLost,
            `${state.hostLosses} hosts were lost; the last: ${lastReason}`,
          );
        }
      }
      if (hasPauses || !isLost) {
        // Neither the source nor a System Error can pass: there is nobody to tell, and it is graded when the database is back.
        countsAsTrouble = kind !== 'database-away';
        // A program may kill its runner in every test: where a container judged any, no host is sick.
        const hasJudged = state.finished.size > finishedBefore;
        if (isLost && hasJudged && patched('no-pause-after-progress')) losses = 0;
        if (isLost) losses += 1;
        else failures += 1;
        const pauseMs = isLost ? pauseAfterLossMs(losses) : backoffDelayMs(containerBackoff, failures);
        const leftMs = state.budgetMs - (Date.now() - startedAt);
        releaseOnce();
        if (countsAsTrouble && leftMs <= pauseMs) return outOfTime();
        if (pauseMs > 0) {
          const summary = `pause before another container (after: ${lastReason.slice(0, 100)})`;
          await sleep(pauseMs, { summary });
        }
      }
    } finally {
      if (countsAsTrouble) state.budgetMs = Math.max(1, state.budgetMs - (Date.now() - startedAt));
      releaseOnce();
    }
  }
}

function pauseAfterLossMs(losses: number): number {
  return losses === 1 ? 0 : backoffDelayMs(containerBackoff, losses - 1);
}

function acquire({ plan, budgetMs }: GradingState, leaseNumber: number): Promise<ContainerLease> {
  return activities(acquiring, `acquire-${leaseNumber}`, 'acquire a container').acquireContainer({
    submissionId: plan.submissionId,
    deadlineMs: budgetMs,
    testsTimeMs: testsTimeMs(plan.testCaseIds.length, plan.timeLimitMs),
  });
}

/**
 * Within this workflow task, where nothing runs in the container any more. Awaited: what is begun next must not depend
 * on which of two local activities ended first, as a replay may see another order.
 * @returns whether it is released.
 */
async function releaseLocally(local: LocalSteps, { leaseId, hostQueue }: ContainerLease): Promise<boolean> {
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
function release(state: GradingState, lease: ContainerLease, leaseNumber: number): void {
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
