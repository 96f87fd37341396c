/**
 * Who may count on a container. free = usable − leases − reservations.
 *
 * A reservation is the right to one container, held by a poll before it is known which task comes. The task's
 * `acquire` turns it into a lease, which outlives the poll's slot: releasing a reservation afterwards gives nothing
 * back. Reservations are interchangeable, so turning is counted (`transferred`), not traced.
 */
export interface Reservation {
  /** Gives the right back, unless a lease was made of it. Releasing twice is harmless. */
  release(): void;
}

interface Waiter {
  readonly resolve: (reservation: Reservation) => void;
  readonly stopListening: () => void;
}

export class Capacity {
  #usable = 0;
  #leases = 0;
  #reservations = 0;
  #transferred = 0;
  readonly #waiters: Waiter[] = [];

  get usable(): number {
    return this.#usable;
  }
  get leases(): number {
    return this.#leases;
  }
  get reservations(): number {
    return this.#reservations;
  }
  /** Negative while containers that were promised are gone. */
  get free(): number {
    return this.#usable - this.#leases - this.#reservations;
  }

  setUsable(count: number): void {
    this.#usable = count;
    this.#admit();
  }

  tryReserve(): Reservation | undefined {
    return this.free > 0 && this.#waiters.length === 0 ? this.#reserve() : undefined;
  }

  /** Waits, in order of arrival; rejects with the signal's reason when aborted. */
  reserve(signal: AbortSignal): Promise<Reservation> {
    if (signal.aborted) return Promise.reject(signal.reason);
    const reservation = this.tryReserve();
    if (reservation !== undefined) return Promise.resolve(reservation);
    return new Promise((resolve, reject) => {
      const giveUp = () => {
        this.#waiters.splice(this.#waiters.indexOf(waiter), 1);
        reject(signal.reason);
      };
      const stopListening = () => signal.removeEventListener('abort', giveUp);
      const waiter: Waiter = { resolve, stopListening };
      signal.addEventListener('abort', giveUp, { once: true });
      this.#waiters.push(waiter);
    });
  }

  /** A container was bound to a lease; a held reservation becomes that lease. */
  leaseTaken(): void {
    this.#leases += 1;
    if (this.#reservations > 0) {
      this.#reservations -= 1;
      this.#transferred += 1;
    }
  }

  leaseReturned(): void {
    this.#leases -= 1;
    this.#admit();
  }

  #reserve(): Reservation {
    this.#reservations += 1;
    let held = true;
    return {
      release: () => {
        if (!held) return;
        held = false;
        if (this.#transferred > 0) this.#transferred -= 1;
        else this.#reservations -= 1;
        this.#admit();
      },
    };
  }

  #admit(): void {
    while (this.free > 0) {
      const waiter = this.#waiters.shift();
      if (waiter === undefined) return;
      waiter.stopListening();
      waiter.resolve(this.#reserve());
    }
  }
}
