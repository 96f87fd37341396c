import { WaitingLine } from './waiting-line.js';

/**
 * Lets so many work at a time; the others wait in the order in which they came.
 *
 * A place is held until the work has ended, however it is stopped: p-queue gives the place of an aborted task away
 * while the task still runs, and p-limit cannot be told that one of those who wait gives up.
 */
export class Semaphore {
  readonly #places: number;
  readonly #line = new WaitingLine();
  #inside = 0;

  constructor(places: number) {
    if (!Number.isInteger(places) || places < 1) throw new RangeError(`${places} places: at least 1`);
    this.#places = places;
  }

  get inside(): number {
    return this.#inside;
  }

  get waiting(): number {
    return this.#line.length;
  }

  /** Rejects with the signal's reason, and does not begin, when aborted while it waits. */
  async run<Result>(work: () => Promise<Result>, signal?: AbortSignal): Promise<Result> {
    signal?.throwIfAborted();
    if (this.#inside < this.#places) this.#inside += 1;
    else await this.#line.join(signal);
    try {
      return await work();
    } finally {
      // The place passes on without being free in between, so nobody overtakes.
      if (!this.#line.serve()) this.#inside -= 1;
    }
  }
}
