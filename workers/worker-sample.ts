import type { WorkerSample } from '../domain/criteria/process-sample.js';
import type { SandboxStats } from '../sandbox/index.js';
import type { WorkerMetrics } from './metrics.js';
import { containersBy, lateContainerSeconds } from './metrics.js';

/** What a worker keeps of itself for `grader criteria`: the same counts as its metrics. */
export function workerSample(
  metrics: WorkerMetrics,
  stats: SandboxStats | undefined,
): WorkerSample | undefined {
  if (stats === undefined) return undefined;
  const { free, leased, broken } = containersBy(stats);
  const { containerWait, stepAttempts, backendPosts, gradings } = metrics;
  const posts = (...results: string[]) =>
    results.reduce((sum, result) => sum + backendPosts.value({ result }), 0);
  return {
    pool: { size: stats.poolSize, free, leased, broken, canMake: stats.unavailableReason === undefined },
    waitingToRun: stats.waitingToRun,
    verdicts: gradings.sum(),
    containers: {
      taken: containerWait.count(),
      late: containerWait.count() - containerWait.count(lateContainerSeconds),
      failed: stepAttempts.value({ step: 'acquire', outcome: 'failed' }),
    },
    posts: {
      taken: posts('accepted', 'not_found'),
      failed: posts('unreachable', 'unavailable', 'rejected', 'wrong_address'),
    },
  };
}
