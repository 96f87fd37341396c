import type { Health } from '../platform/process/health-server.js';
import type { Sandbox } from '../sandbox/index.js';
import { containersBy } from './metrics.js';
import type { GradingWorkers } from './worker.js';

/**
 * What a worker says of itself. It is ready once it polls its queues and has made a first container. With Docker down
 * later it stays so, as a restart would not help; `unavailableReason` says why it takes nothing.
 */
export function workerHealth(workers: GradingWorkers | undefined, sandbox: Sandbox | undefined): Health {
  const isPolling = workers?.isReady() ?? false;
  const stats = sandbox?.stats();
  const hasMade = stats?.hasMadeContainer ?? false;
  const waitsFor = isPolling ? undefined : 'it waits for Temporal, or stops; its log says which';
  return {
    isReady: isPolling && hasMade,
    report: {
      status: !isPolling ? 'not polling' : hasMade ? 'ready' : 'no container yet',
      hostQueue: sandbox?.hostQueue,
      unavailableReason: waitsFor ?? stats?.preparing ?? stats?.unavailableReason,
      pool: stats === undefined ? undefined : { size: stats.poolSize, ...containersBy(stats) },
      running: stats?.running,
      waitingToRun: stats?.waitingToRun,
    },
  };
}
