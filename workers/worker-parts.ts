import type { SweepReport } from '../domain/grading/sweep-report.js';
import type { Sandbox, SandboxStats } from '../sandbox/index.js';
import type { NamespaceWatch } from './namespace-watch.js';
import type { PollWatch } from './poll-watch.js';
import type { WiredActivities } from './wiring.js';
import type { GradingWorkers } from './worker.js';

/** What a worker has opened so far; its health and its metrics are asked for at any time, also before the first of it. */
export class WorkerParts {
  workers?: Pick<GradingWorkers, 'isReady' | 'failed' | 'isEnded' | 'isBusy' | 'shutdown' | 'run'>;
  sandbox?: Pick<Sandbox, 'hostQueue' | 'stats'>;
  activities?: Pick<WiredActivities, 'cacheBytes' | 'stuckWorkflows' | 'lastSweep'>;
  namespace?: Pick<NamespaceWatch, 'unavailableReason'>;
  polls?: Pick<PollWatch, 'unavailableReason'>;

  /** Whether its polls arrive at a namespace that is there. */
  isPolling(): boolean {
    const reason = this.namespace?.unavailableReason() ?? this.polls?.unavailableReason();
    return reason === undefined && (this.workers?.isReady() ?? false);
  }

  pool(): SandboxStats | undefined {
    return this.sandbox?.stats();
  }

  cacheBytes(): number {
    return this.activities?.cacheBytes() ?? 0;
  }

  stuckWorkflows(): number {
    return this.activities?.stuckWorkflows() ?? 0;
  }

  lastSweep(): SweepReport | undefined {
    return this.activities?.lastSweep();
  }
}
