import type { LeasePool } from '../activities/dependencies.js';
import type { ExecutionRequest } from '../domain/judging/execution.js';

/** A pool whose containers run what `change` makes of each request. */
export function poolWithRequests(
  pool: LeasePool,
  change: (request: ExecutionRequest) => ExecutionRequest,
): LeasePool {
  return {
    hostQueue: pool.hostQueue,
    acquire: (options) => pool.acquire(options),
    release: (leaseId) => pool.release(leaseId),
    container: (leaseId) => {
      const container = pool.container(leaseId);
      return {
        image: container.image,
        claimLocalRun: (testCaseIds) => container.claimLocalRun(testCaseIds),
        writeFile: (name, content) => container.writeFile(name, content),
        execute: (request, signal) => container.execute(change(request), signal),
      };
    },
  };
}
