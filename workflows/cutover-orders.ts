import { condition } from '@temporalio/workflow';
import type { CutoverOrder, CutoverVerb } from '../domain/cutover/cutover-run.js';
import { newestVersion, rollBack } from './cutover-control.js';
import type { CutoverRecord } from './cutover-record.js';

/** `again`: the step begins anew. `over`: nothing more is set. */
export type StepEnd = 'passed' | 'again' | 'over';

/** What persons want of a cutover: kept in the order it came, and obeyed one by one. */
export class CutoverOrders {
  readonly #record: CutoverRecord;
  #waiting: { readonly verb: CutoverVerb; readonly order: CutoverOrder }[] = [];
  #isFull = false;

  constructor(record: CutoverRecord) {
    this.#record = record;
  }

  received(verb: CutoverVerb, order: CutoverOrder): void {
    this.#waiting.push({ verb, order });
  }

  get areWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  /** Somebody wants the last step, without holds and gates on the way. */
  get skipToLast(): boolean {
    return this.#isFull;
  }

  /** Waits for an order and obeys it. @returns undefined where the step just goes on. */
  async obeyNext(withinMs: number): Promise<StepEnd | undefined> {
    await condition(() => this.areWaiting, withinMs);
    const next = this.#waiting.shift();
    return next && this.#obey(next.verb, next.order);
  }

  /** Keeps the share and looks at nothing, until it is resumed (the step begins again), promoted or aborted. */
  async pause(waitsFor: string): Promise<StepEnd> {
    this.#record.entered('paused', waitsFor);
    for (;;) {
      await condition(() => this.areWaiting);
      const next = this.#waiting.shift();
      if (!next || next.verb === 'pause') continue;
      const end = await this.#obey(next.verb, next.order);
      if (end === 'over') return end;
      // What a person has set in the meantime is not overwritten unknowingly: resuming is what allows it.
      const version = await newestVersion(this.#record);
      this.#record.changed({ version: version ?? this.#record.state.version });
      return end ?? 'again';
    }
  }

  async #obey(verb: CutoverVerb, { by, why, full }: CutoverOrder): Promise<StepEnd | undefined> {
    switch (verb) {
      case 'abort':
        await rollBack(this.#record, 'aborted', by, why, this.#record.evidence());
        return 'over';
      case 'pause':
        this.#record.noted(by, 'paused', why);
        return this.pause(`a person: ${by} has paused it (${why})`);
      case 'resume':
        this.#record.noted(by, 'resumed', why);
        return undefined;
      case 'promote': {
        this.#isFull = full === true;
        const what = this.#isFull ? 'promoted to the last step' : 'promoted';
        this.#record.noted(by, what, why, this.#record.evidence());
        return 'passed';
      }
    }
  }
}
