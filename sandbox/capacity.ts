import { WaitingLine } from '../domain/concurrency/waiting-line.js';

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

export class Capacity {
  #usable = 0;
  #leases = 0;
  #reservations = 0;
  #transferred = 0;
  readonly #line = new WaitingLine<Reservation>();

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
    return this.free > 0 && this.#line.length === 0 ? this.#reserve() : undefined;
  }

  /** Waits, in order of arrival; rejects with the signal's reason when aborted. */
  reserve(signal: AbortSignal): Promise<Reservation> {
    const reservation = signal.aborted ? undefined : this.tryReserve();
    return reservation === undefined ? this.#line.join(signal) : Promise.resolve(reservation);
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
    while (this.free > 0 && this.#line.length > 0) this.#line.serve(this.#reserve());
  }
}
