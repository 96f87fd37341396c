import type { ConsumePlan } from '../../bridge/consumer.js';
import type { EndOnce } from '../../bridge/end-once.js';
import { endOnce } from '../../bridge/end-once.js';
import type { Session } from '../../bridge/session.js';

/** A session without a broker: what it is told takes effect when the test lets it. */
export class FakeSession implements Session {
  readonly #end: EndOnce = endOnce();
  readonly ended = this.#end.promise;
  /** The plans it was told and has begun to carry out; undefined is a rest. */
  readonly applied: (ConsumePlan | undefined)[] = [];
  consumes = false;
  closed = false;
  settled = false;
  blocking: string | undefined;
  /** How long the broker takes for each change, and for the close. */
  answer: () => Promise<void> = async () => undefined;

  lose(): void {
    this.#end.with({ kind: 'lost', what: 'test' });
  }

  hold(cause: unknown): void {
    this.#end.with({ kind: 'hold', cause });
  }

  isEnded(): boolean {
    return this.#end.isEnded();
  }

  isConsuming(): boolean {
    return this.consumes && !this.isEnded();
  }

  blocked(): string | undefined {
    return this.blocking;
  }

  async apply(plan: ConsumePlan | undefined): Promise<void> {
    this.applied.push(plan);
    await this.answer();
    this.consumes = plan !== undefined;
  }

  inFlight(): number {
    return 0;
  }

  oldestSince(): undefined {
    return undefined;
  }

  hasSettled(): boolean {
    return this.settled;
  }

  async close(): Promise<void> {
    await this.answer();
    this.lose();
    this.closed = true;
  }

  isClosed(): boolean {
    return this.closed;
  }
}

export function fakeSession(): FakeSession {
  return new FakeSession();
}
