import { randomUUID } from 'node:crypto';
import type { LeasedContainer, LeasePool } from '../../activities/dependencies.js';
import { Capacity } from '../../sandbox/capacity.js';
import { LeaseLostError } from '../../sandbox/errors.js';
import type { ContainerReservations } from '../../workers/container-slots.js';
import { outcome } from './execution-outcomes.js';

export interface FakeSandbox extends LeasePool, ContainerReservations {
  leasesHeld(): number;
  endLeases(): Promise<void>;
  /** The most leases that were held at a time. */
  readonly maxLeases: number;
  executeMs: number;
}

/** A pool of `size` containers whose programs print 8, shared out as the real one shares. */
export function fakeSandbox(size: number, hostQueue: string): FakeSandbox {
  const leases = new Set<string>();
  const accounts = new Capacity();
  accounts.setUsable(size);
  let ended = new AbortController();
  const leaseLost = () => new LeaseLostError('Lease lost.');
  const container: LeasedContainer = {
    image: 'fake',
    claimLocalRun: () => true,
    writeFile: async () => {},
    execute: (_request, signal) =>
      new Promise((resolve, reject) => {
        const lost = ended.signal;
        const timer = setTimeout(() => resolve(outcome('8\n')), sandbox.executeMs);
        AbortSignal.any([signal, lost]).addEventListener('abort', () => {
          clearTimeout(timer);
          reject(lost.aborted ? leaseLost() : new Error('killed'));
        });
      }),
  };
  const sandbox = {
    hostQueue,
    executeMs: 5,
    maxLeases: 0,
    async acquire() {
      accounts.leaseTaken();
      const leaseId = randomUUID();
      leases.add(leaseId);
      sandbox.maxLeases = Math.max(sandbox.maxLeases, leases.size);
      return { leaseId, containerId: `container-${leases.size}` };
    },
    container(leaseId: string) {
      if (!leases.has(leaseId)) throw leaseLost();
      return container;
    },
    async release(leaseId: string) {
      if (leases.delete(leaseId)) accounts.leaseReturned();
    },
    async endLeases() {
      ended.abort();
      ended = new AbortController();
      await Promise.all([...leases].map((leaseId) => sandbox.release(leaseId)));
    },
    reserve: (signal: AbortSignal) => accounts.reserve(signal),
    tryReserve: () => accounts.tryReserve(),
    leasesHeld: () => leases.size,
  };
  return sandbox;
}
