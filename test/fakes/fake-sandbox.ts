import { randomUUID } from 'node:crypto';
import type { LeasedContainer, LeasePool } from '../../activities/dependencies.js';
import type { ContainerReservations, Reservation } from '../../workers/container-slots.js';
import { outcome } from './execution-outcomes.js';

export interface FakeSandbox extends LeasePool, ContainerReservations {
  leasesHeld(): number;
  /** The most leases that were held at a time. */
  readonly mostLeases: number;
  executeMs: number;
}

/** A pool of `size` containers whose programs print 8; free = size − leases − reservations. */
export function fakeSandbox(size: number, hostQueue: string): FakeSandbox {
  const leases = new Set<string>();
  const waiting: (() => void)[] = [];
  let reservations = 0;
  const free = () => size - leases.size - reservations;
  const freed = () => {
    while (free() > 0 && waiting.length > 0) waiting.shift()?.();
  };
  const reservation = (): Reservation => {
    reservations += 1;
    const right = {
      used: false,
      release() {
        if (right.used) return;
        right.used = true;
        rights.delete(right);
        reservations -= 1;
        freed();
      },
    };
    rights.add(right);
    return right;
  };
  const rights = new Set<{ used: boolean }>();
  const container: LeasedContainer = {
    image: 'fake',
    writeFile: async () => {},
    execute: (_request, signal) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => resolve(outcome('8\n')), sandbox.executeMs);
        signal.addEventListener('abort', () => {
          clearTimeout(timer);
          reject(new Error('killed'));
        });
      }),
  };
  const sandbox = {
    hostQueue,
    executeMs: 5,
    mostLeases: 0,
    async acquire() {
      const [right] = rights;
      if (right !== undefined) {
        right.used = true;
        rights.delete(right);
        reservations -= 1;
      }
      const leaseId = randomUUID();
      leases.add(leaseId);
      sandbox.mostLeases = Math.max(sandbox.mostLeases, leases.size);
      return { leaseId, containerId: `container-${leases.size}` };
    },
    container(leaseId: string) {
      if (!leases.has(leaseId)) throw Object.assign(new Error('Lease lost.'), { name: 'LeaseLostError' });
      return container;
    },
    async release(leaseId: string) {
      leases.delete(leaseId);
      freed();
    },
    reserve(signal: AbortSignal): Promise<Reservation> {
      if (free() > 0) return Promise.resolve(reservation());
      return new Promise((resolve, reject) => {
        const grant = () => resolve(reservation());
        waiting.push(grant);
        signal.addEventListener('abort', () => {
          const index = waiting.indexOf(grant);
          if (index >= 0) waiting.splice(index, 1);
          reject(signal.reason);
        });
      });
    },
    tryReserve: () => (free() > 0 ? reservation() : undefined),
    leasesHeld: () => leases.size,
  };
  return sandbox;
}
