import type { Health } from '../platform/process/health-server.js';
import { containersBy } from './metrics.js';
import type { WorkerParts } from './worker-parts.js';

/**
 * What a worker says of itself. It is ready once it polls its queues and has made a first container. With Docker down
 * later it stays so, as a restart would not help; `unavailableReason` says why it takes nothing.
 */
export function workerHealth({ workers, sandbox, namespace, polls }: WorkerParts): Health {
  const namespaceGone = namespace?.unavailableReason();
  const unpolled = polls?.unavailableReason();
  const isPolling = workers?.isReady() ?? false;
  const failed = workers?.failed() ?? [];
  const isReady = isPolling && namespaceGone === undefined && unpolled === undefined;
  const stats = sandbox?.stats();
  const hasMade = stats?.hasMadeContainer ?? false;
  return {
    isReady: isReady && hasMade,
    isAlive: failed.length === 0 && namespaceGone === undefined,
    report: {
      status: isReady && !hasMade ? 'no container yet' : status(isReady, failed),
      hostQueue: sandbox?.hostQueue,
      unavailableReason:
        namespaceGone ??
        notPolling(isPolling, failed) ??
        unpolled ??
        stats?.preparing ??
        stats?.unavailableReason,
      pool: stats === undefined ? undefined : { size: stats.poolSize, ...containersBy(stats) },
      running: stats?.running,
      waitingToRun: stats?.waitingToRun,
    },
  };
}

function status(isReady: boolean, failed: readonly string[]): string {
  if (failed.length > 0) return 'failed';
  return isReady ? 'ready' : 'not polling';
}

function notPolling(isPolling: boolean, failed: readonly string[]): string | undefined {
  if (failed.length > 0) return `the Temporal worker of ${failed.join(', ')} has failed; the process ends`;
  return isPolling ? undefined : 'it waits for Temporal, or stops; its log says which';
}
