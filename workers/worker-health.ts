import type { Health } from '../platform/process/health-server.js';
import type { Sandbox } from '../sandbox/index.js';
import { containersBy } from './metrics.js';
import type { GradingWorkers } from './worker.js';

/** What a worker says of itself: it is ready while it polls all its queues; `trouble` says why it takes nothing. */
export function workerHealth(workers: GradingWorkers | undefined, sandbox: Sandbox | undefined): Health {
  const isPolling = workers?.isReady() ?? false;
  const stats = sandbox?.stats();
  const waitsFor = isPolling ? undefined : 'it waits for Temporal, or stops; its log says which';
  return {
    isReady: isPolling,
    report: {
      status: isPolling ? 'ready' : 'not polling',
      hostQueue: sandbox?.hostQueue,
      // Docker that is down is waited for: no submission is taken meanwhile, and a restart would not help.
      unavailableReason: waitsFor ?? stats?.unavailableReason,
      pool: stats === undefined ? undefined : { size: stats.poolSize, ...containersBy(stats) },
      running: stats?.running,
      waitingToRun: stats?.waitingToRun,
    },
  };
}
