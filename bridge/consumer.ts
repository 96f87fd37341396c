import type { Channel, ConsumeMessage } from 'amqplib';
import { errorText } from '../domain/errors/error-text.js';
import { withDeadline } from '../platform/deadline.js';
import type { EndOnce } from './end-once.js';
import type { MessageCounters } from './message-counters.js';
import type { Delivery, MessageHandling } from './message-handling.js';

/** How a queue is consumed; a change takes a new consumer, since priority and prefetch belong to it for its life. */
export interface ConsumePlan {
  /** `x-priority`: below 0 only what other consumers have no free prefetch for. */
  readonly priority: number;
  /** Messages in flight at a time. */
  readonly prefetch: number;
  /** The legacy queue has to be there before the first message comes. */
  readonly forwards: boolean;
}

interface ConsumerOptions {
  readonly channel: Pick<Channel, 'prefetch' | 'consume' | 'cancel' | 'nack'>;
  readonly queue: string;
  readonly end: EndOnce;
  readonly messages: Pick<MessageHandling, 'handle'>;
  readonly counters: Pick<MessageCounters, 'received' | 'givenBack'>;
  /** Makes sure that what a plan needs is there. */
  readonly prepare: (plan: ConsumePlan) => Promise<void>;
}

/** The one consumer of a session, and the messages it has in flight. */
export class Consumer {
  readonly #options: ConsumerOptions;
  readonly #inFlight = new Map<Promise<void>, Delivery>();
  #active: { readonly tag: string; readonly plan: ConsumePlan } | undefined;
  /** Our cancel is on its way to the broker, or has been there. */
  #isPaused = false;
  #isStopped = false;
  #lastDeliveryAt = performance.now();
  #lastChange: Promise<void> = Promise.resolve();
  /** Who waits for the next change to be over. */
  #waiting: (() => void)[] = [];

  constructor(options: ConsumerOptions) {
    this.#options = options;
    void options.end.promise.then(() => this.#changeIsOver());
  }

  /**
   * Consumes as the plan says, or not at all. Calls are carried out one after the other, the plan's preparation included,
   * so the last one holds in the end.
   */
  apply(plan: ConsumePlan | undefined): Promise<void> {
    const change = this.#lastChange.then(() => this.#change(plan)).finally(() => this.#changeIsOver());
    this.#lastChange = change.catch(() => undefined);
    return change;
  }

  isActive(): boolean {
    return this.#active !== undefined;
  }

  inFlight(): number {
    return this.#inFlight.size;
  }

  /** When the message came that has been worked on longest, by `performance.now()`. */
  oldestSince(): number | undefined {
    return [...this.#inFlight.values()].find(({ isDone }) => !isDone)?.since;
  }

  lastDeliveryAt(): number {
    return this.#lastDeliveryAt;
  }

  hasRoom(): boolean {
    return this.#active !== undefined && this.#inFlight.size < this.#active.plan.prefetch;
  }

  /** Takes nothing more; what still arrives goes back when the channel closes. */
  stop(): void {
    this.#isStopped = true;
  }

  async drain(graceMs: number): Promise<void> {
    await withDeadline('messages in flight', graceMs, Promise.all(this.#inFlight.keys())).catch(
      () => undefined,
    );
  }

  async #change(plan: ConsumePlan | undefined): Promise<void> {
    const { channel, queue, end, prepare } = this.#options;
    if (this.#isOver()) return;
    if (plan) await prepare(plan);
    if (this.#isOver() || isSame(this.#active?.plan, plan)) return;
    if (this.#active) {
      this.#isPaused = true;
      const { tag } = this.#active;
      this.#active = undefined;
      await channel.cancel(tag);
    }
    if (!plan || end.isEnded()) return;
    this.#isPaused = false;
    this.#lastDeliveryAt = performance.now();
    // The limit is that of consumers made after it.
    await channel.prefetch(plan.prefetch);
    const take = (message: ConsumeMessage | null): void => this.#take(message);
    const { consumerTag } = await channel.consume(queue, take, { priority: plan.priority });
    this.#active = { tag: consumerTag, plan };
  }

  #take(message: ConsumeMessage | null): void {
    const { channel, end } = this.#options;
    if (message === null) {
      end.with({ kind: 'lost', what: 'consumer cancelled by the broker (queue deleted?)' });
      return;
    }
    this.#lastDeliveryAt = performance.now();
    // Not acked: it goes back to the queue when the channel closes.
    if (this.#isOver()) return;
    // Sent before the broker had our cancel, and the channel stays open.
    if (this.#isPaused) {
      channel.nack(message, false, true);
      return;
    }
    const delivery: Delivery = { message, since: this.#lastDeliveryAt, isDone: false };
    const work = this.#work(delivery).finally(() => this.#inFlight.delete(work));
    this.#inFlight.set(work, delivery);
  }

  /** Every message that is received is acked or given back. Never rejects: a failure ends the session. */
  async #work(delivery: Delivery): Promise<void> {
    const { counters, end, messages } = this.#options;
    let isAcked = false;
    counters.received();
    try {
      const disposal = await messages.handle(delivery);
      isAcked = disposal === 'acked';
      if (disposal === 'give-back') await this.#giveBack(delivery.message);
    } catch (error) {
      end.with({ kind: 'lost', what: `message not settled: ${errorText(error)}` });
    } finally {
      if (!isAcked) counters.givenBack();
    }
  }

  /** While we consume, the broker would deliver it to us again at once; in the mode that refuses it we are about to rest. */
  async #giveBack(message: ConsumeMessage): Promise<void> {
    if (!this.#isPaused) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    // Else it goes back when the channel closes.
    if (!this.#options.end.isEnded()) this.#options.channel.nack(message, false, true);
  }

  #changeIsOver(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  #isOver(): boolean {
    return this.#isStopped || this.#options.end.isEnded();
  }
}

function isSame(one: ConsumePlan | undefined, other: ConsumePlan | undefined): boolean {
  return one?.priority === other?.priority && one?.prefetch === other?.prefetch;
}
