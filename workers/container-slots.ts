import type { ActivitySlotInfo, CustomSlotSupplier, SlotPermit } from '@temporalio/worker';

/** The right to the next free container; worth nothing once a lease was taken with it. */
export interface Reservation {
  /** Gives an unused right back; harmless after a lease was taken with it, and twice. */
  release(): void;
}

/** The container pool as the slot supplier sees it. */
export interface ContainerReservations {
  /** Resolves once a container is free. Rejects when the signal aborts. */
  reserve(signal: AbortSignal): Promise<Reservation>;
  /** @returns undefined when no container is free now. */
  tryReserve(): Reservation | undefined;
}

interface ReservedSlot extends SlotPermit {
  readonly reservation: Reservation;
}

/**
 * Activity slots that are free containers: a worker polls for a submission only while it can hold one.
 * The permit is taken before the poll, so an idle poller keeps a right, never a container.
 */
export function containerSlots(reservations: ContainerReservations): CustomSlotSupplier<ActivitySlotInfo> {
  return {
    type: 'custom',
    async reserveSlot(_context, signal): Promise<ReservedSlot> {
      const reservation = await reservations.reserve(signal);
      if (signal.aborted) {
        reservation.release();
        signal.throwIfAborted();
      }
      return { reservation };
    },
    tryReserveSlot(): ReservedSlot | null {
      const reservation = reservations.tryReserve();
      return reservation === undefined ? null : { reservation };
    },
    markSlotUsed() {},
    releaseSlot({ permit }) {
      if ('reservation' in permit) (permit as ReservedSlot).reservation.release();
    },
  };
}
