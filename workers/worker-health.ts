import type { Sandbox } from '../sandbox/index.js';
import type { SandboxStats } from '../sandbox/sandbox.js';

/** What a worker says of itself beside its readiness; `grader status` reads it. */
export function workerReport(sandbox: Sandbox | undefined): object {
  if (sandbox === undefined) return {};
  const stats = sandbox.stats();
  return {
    hostQueue: sandbox.hostQueue,
    trouble: stats.trouble,
    pool: { size: stats.poolSize, ...containersBy(stats) },
    running: stats.running,
    waitingToRun: stats.waitingToRun,
  };
}

/** Every container of the pool is one of these. */
function containersBy({ poolSize, alive, idle, held }: SandboxStats) {
  return {
    free: idle,
    leased: held,
    recycling: Math.max(0, alive - idle - held),
    broken: Math.max(0, poolSize - alive),
  };
}
