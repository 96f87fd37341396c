import type { Channel, ConsumeMessage } from 'amqplib';
import { errorText } from '../domain/errors/error-text.js';
import { withDeadline } from '../platform/deadline.js';
import type { EndOnce } from './end-once.js';

/** How a queue is consumed; a change takes a new consumer, since priority and prefetch belong to it for its life. */
export interface ConsumePlan {
  /** `x-priority`: below 0 only what other consumers have no room for. */
  readonly priority: number;
  /** Messages in flight at a time. */
  readonly prefetch: number;
}

export interface Consumer {
  /** Consumes as the plan says, or not at all. Calls are carried out one after the other. */
  apply(plan: ConsumePlan | undefined): Promise<void>;
  isActive(): boolean;
  inFlight(): number;
  /** When the message came that has been worked on longest, ms since the epoch. */
  oldestSince(): number | undefined;
  lastDeliveryAt(): number;
  hasRoom(): boolean;
  /** Takes nothing more; what still arrives goes back when the channel closes. */
  stop(): void;
  drain(graceMs: number): Promise<void>;
}

interface ConsumerOptions {
  readonly channel: Channel;
  readonly queue: string;
  readonly end: EndOnce;
  readonly settle: Settle;
}

/**
 * Settles one message; what it throws ends the session.
 * @param onDone is called once only the ack is to come, which may be held back on purpose.
 */
export type Settle = (message: ConsumeMessage, onDone: () => void) => Promise<void>;

interface InFlight {
  readonly since: number;
  isDone: boolean;
}

export function createConsumer({ channel, queue, end, settle }: ConsumerOptions): Consumer {
  const inFlight = new Map<Promise<void>, InFlight>();
  let active: { readonly tag: string; readonly plan: ConsumePlan } | undefined;
  let isPaused = false;
  let isStopped = false;
  let lastDeliveryAt = Date.now();
  let last: Promise<void> = Promise.resolve();

  const take = (message: ConsumeMessage | null): void => {
    if (message === null) {
      end.with({ kind: 'lost', what: 'consumer cancelled by the broker (queue deleted?)' });
      return;
    }
    lastDeliveryAt = Date.now();
    // Not acked: it goes back to the queue when the channel closes.
    if (isStopped || end.isEnded()) return;
    // Sent before the broker had our cancel, and the channel stays open.
    if (isPaused) {
      channel.nack(message, false, true);
      return;
    }
    const state: InFlight = { since: lastDeliveryAt, isDone: false };
    const onDone = (): void => {
      state.isDone = true;
    };
    const work = settle(message, onDone)
      .catch((error: unknown) => end.with({ kind: 'lost', what: `message not settled: ${errorText(error)}` }))
      .finally(() => inFlight.delete(work));
    inFlight.set(work, state);
  };

  const change = async (plan: ConsumePlan | undefined): Promise<void> => {
    if (end.isEnded() || isStopped || isSame(active?.plan, plan)) return;
    if (active) {
      isPaused = true;
      const { tag } = active;
      active = undefined;
      await channel.cancel(tag);
    }
    if (!plan || end.isEnded()) return;
    isPaused = false;
    lastDeliveryAt = Date.now();
    // The limit is that of consumers made after it.
    await channel.prefetch(plan.prefetch);
    const { consumerTag } = await channel.consume(queue, take, { priority: plan.priority });
    active = { tag: consumerTag, plan };
  };

  return {
    apply(plan) {
      const turn = last.then(() => change(plan));
      last = turn.catch(() => undefined);
      return turn;
    },
    isActive: () => active !== undefined,
    inFlight: () => inFlight.size,
    oldestSince: () => [...inFlight.values()].find(({ isDone }) => !isDone)?.since,
    lastDeliveryAt: () => lastDeliveryAt,
    hasRoom: () => active !== undefined && inFlight.size < active.plan.prefetch,
    stop() {
      isStopped = true;
    },
    async drain(graceMs) {
      await withDeadline('messages in flight', graceMs, Promise.all(inFlight.keys())).catch(() => undefined);
    },
  };
}

function isSame(one: ConsumePlan | undefined, other: ConsumePlan | undefined): boolean {
  return one?.priority === other?.priority && one?.prefetch === other?.prefetch;
}
