import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Reservation } from './capacity.js';
import { Capacity } from './capacity.js';

const never = new AbortController().signal;

function capacityOf(count: number): Capacity {
  const capacity = new Capacity();
  capacity.setUsable(count);
  return capacity;
}

describe('Capacity', () => {
  it('has nothing to reserve without containers', () => {
    expect(new Capacity().tryReserve()).toBeUndefined();
  });

  it('gives a reservation back once', () => {
    const capacity = capacityOf(1);
    const reservation = capacity.tryReserve();
    expect(capacity.tryReserve()).toBeUndefined();
    reservation?.release();
    reservation?.release();
    expect(capacity.free).toBe(1);
  });

  it('turns a reservation into a lease that outlives it', () => {
    const capacity = capacityOf(1);
    const reservation = capacity.tryReserve();
    capacity.leaseTaken();
    expect([capacity.leases, capacity.reservations, capacity.free]).toEqual([1, 0, 0]);
    reservation?.release();
    expect(capacity.free).toBe(0);
    capacity.leaseReturned();
    expect(capacity.free).toBe(1);
  });

  it('admits those who wait in order, as containers become free', async () => {
    const capacity = capacityOf(1);
    const first = capacity.tryReserve();
    const order: string[] = [];
    const second = capacity.reserve(never).then((reservation) => {
      order.push('second');
      reservation.release();
    });
    const third = capacity.reserve(never).then(() => order.push('third'));
    expect(capacity.tryReserve()).toBeUndefined();
    first?.release();
    await Promise.all([second, third]);
    expect(order).toEqual(['second', 'third']);
  });

  it('forgets who is aborted while waiting', async () => {
    const capacity = capacityOf(0);
    const abort = new AbortController();
    const waiting = capacity.reserve(abort.signal);
    abort.abort(new Error('shut down'));
    await expect(waiting).rejects.toThrow('shut down');
    capacity.setUsable(1);
    expect(capacity.free).toBe(1);
    await expect(capacity.reserve(abort.signal)).rejects.toThrow('shut down');
  });

  it('never promises more than there is, and loses nothing, whatever the order of events', () => {
    const event = fc.constantFrom('reserve', 'unreserve', 'lease', 'return');
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.array(event, { maxLength: 60 }), (size, events) => {
        const capacity = capacityOf(size);
        const held: Reservation[] = [];
        for (const kind of events) {
          if (kind === 'reserve') {
            const reservation = capacity.tryReserve();
            if (reservation !== undefined) held.push(reservation);
          }
          if (kind === 'unreserve') held.shift()?.release();
          // The pool binds a container only while one is idle.
          if (kind === 'lease' && capacity.leases < size) capacity.leaseTaken();
          if (kind === 'return' && capacity.leases > 0) capacity.leaseReturned();
          expect(capacity.free).toBeGreaterThanOrEqual(0);
          expect(capacity.leases + capacity.reservations).toBeLessThanOrEqual(size);
        }
        for (const reservation of held) reservation.release();
        while (capacity.leases > 0) capacity.leaseReturned();
        expect(capacity.free).toBe(size);
      }),
    );
  });
});
