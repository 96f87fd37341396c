import type { Quarantined } from '../cli/bridges/quarantine-store.js';
import { drop, listQuarantine, requeue } from '../cli/bridges/quarantine-store.js';
import type { CommandContext } from '../cli/context.js';

/**
 * The quarantine can only be read by taking its messages and giving them back, so two readers at once would each see a part
 * of it. Here, readers share one reading, and whoever changes it waits for that.
 */
export class QuarantineDesk {
  readonly #context: Pick<CommandContext, 'settings' | 'broker'>;
  #last: Promise<unknown> = Promise.resolve();
  #reading: Promise<readonly Quarantined[]> | undefined;

  constructor(context: Pick<CommandContext, 'settings' | 'broker'>) {
    this.#context = context;
  }

  list(): Promise<readonly Quarantined[]> {
    this.#reading ??= this.#inTurn(() => {
      // Who asks from now on may want to see what has changed.
      this.#reading = undefined;
      return listQuarantine(this.#context);
    });
    return this.#reading;
  }

  requeue(ids: readonly string[]): Promise<number> {
    return this.#inTurn(() => requeue(this.#context, ids));
  }

  drop(ids: readonly string[]): Promise<number> {
    return this.#inTurn(() => drop(this.#context, ids));
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const mine = this.#last.then(work);
    this.#last = mine.catch(() => undefined);
    return mine;
  }
}
