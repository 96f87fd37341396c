import { setTimeout as sleep } from 'node:timers/promises';
import type { Channel, ConsumeMessage } from 'amqplib';
import { errorText } from '../domain/errors/error-text.js';
import type { ConfirmedPublisher } from '../platform/amqp/confirmed-publisher.js';
import { NotTakenError, UnsendableError } from '../platform/amqp/confirmed-publisher.js';
import type { Tracing } from '../platform/process/tracing.js';
import type { ControlWatcher } from './control-watcher.js';
import { nearsDeliveryLimit, returnsOf } from './delivery-limit.js';
import type { EndOnce } from './end-once.js';
import type { LegacyEnd } from './legacy-end.js';
import type { MessageCounters } from './message-counters.js';
import type { MessageDecision } from './message-decision.js';
import type { Outcome, Settled } from './outcome.js';
import type { Pacer } from './pacer.js';
import { republishedProperties } from './properties.js';
import { quarantine, quarantineQueue } from './quarantine.js';

/*
 * The way of a message:
 *
 *   Consumer #take ► MessageHandling handle ► #renew, where the queue may soon drop it
 *                                           ► #decide ► MessageDecision decide ► Grader grade, or Router route
 *                                           ► #settle ► #secure, #pace, ack
 *
 * What was decided is settled on the channel that delivered the message, or not at all: once the session is lost the
 * broker delivers it again, and a copy would be one too many.
 */

/** What handling takes of the bridge; it outlives the sessions. */
export interface HandlingServices {
  readonly decision: Pick<MessageDecision, 'decide'>;
  readonly control: Pick<ControlWatcher, 'current'>;
  readonly pacer: Pacer;
  readonly counters: MessageCounters;
  /** Begins a trace with each message; the workflow that it starts goes on with it. */
  readonly tracing: Pick<Tracing, 'consume'> | undefined;
}

/** What it takes of its session. */
export interface HandlingChannels {
  readonly channel: Pick<Channel, 'ack'>;
  readonly publisher: ConfirmedPublisher;
  /** An alarm of the broker: what is published waits until it ends. */
  readonly isBlocked: () => boolean;
  /** Where `forward` goes. */
  readonly legacy: Pick<LegacyEnd, 'queue' | 'publish' | 'ensure'>;
  /** Makes the quarantine queue where it is missing. */
  readonly ensureQuarantine: () => Promise<unknown>;
  readonly end: EndOnce;
  readonly queue: string;
}

/** A message in flight. */
export interface Delivery {
  readonly message: ConsumeMessage;
  /** When it came, by `performance.now()`. */
  readonly since: number;
  /** Only the ack is to come, which may be held back on purpose. */
  isDone: boolean;
}

/**
 * `left`: neither acked nor nacked; it returns to the queue when its channel closes. `put-last`: acked, as its copy is at
 * the end of the queue.
 */
export type Disposal = 'acked' | 'give-back' | 'left' | 'put-last';

/** How long a message that is not taken where it belongs keeps its place in flight: they must not go round in a storm. */
const putLastAfterMs = 1_000;

/** Handles the messages of one session. */
export class MessageHandling {
  readonly #services: HandlingServices;
  readonly #channels: HandlingChannels;
  #hasSettled = false;

  constructor(services: HandlingServices, channels: HandlingChannels) {
    this.#services = services;
    this.#channels = channels;
  }

  /** Whether any message was acked: the session is worth something. */
  hasSettled(): boolean {
    return this.#hasSettled;
  }

  /** @throws what kept a copy from being confirmed; the message must not be acked then. */
  async handle(delivery: Delivery): Promise<Disposal> {
    const { message } = delivery;
    const renewed = nearsDeliveryLimit(message) ? await this.#renew(message) : undefined;
    if (renewed) return renewed;
    const outcome = await this.#decide(message);
    switch (outcome.kind) {
      case 'give-back':
        return 'give-back';
      case 'hold':
        this.#services.counters.held();
        this.#channels.end.with({ kind: 'hold', cause: outcome.cause });
        return 'left';
      case 'ack':
      case 'forward':
      case 'quarantine':
        return this.#settle(delivery, outcome);
    }
  }

  /**
   * Its copy's returns count from 0. @returns undefined where the queue takes no copy, as it is full: the message itself
   * is worked on then.
   */
  async #renew(message: ConsumeMessage): Promise<Disposal | undefined> {
    if (this.#channels.isBlocked()) return undefined;
    try {
      const disposal = await this.#moveToTheEnd(message);
      if (disposal === 'put-last') this.#services.counters.renewed(returnsOf(message));
      return disposal;
    } catch (error) {
      if (error instanceof NotTakenError || error instanceof UnsendableError) return undefined;
      throw error;
    }
  }

  async #decide({ content, fields: { redelivered } }: ConsumeMessage): Promise<Outcome> {
    const { decision, tracing } = this.#services;
    if (!tracing) return decision.decide(content);
    return tracing.consume({ queue: this.#channels.queue, redelivered }, async (annotate) => {
      const outcome = await decision.decide(content);
      annotate({
        'grader.outcome': outcome.kind,
        ...('submissionId' in outcome && { 'grader.submission_id': outcome.submissionId }),
      });
      return outcome;
    });
  }

  async #settle(delivery: Delivery, outcome: Settled): Promise<Disposal> {
    const { channel, end } = this.#channels;
    if (end.isLost()) return 'left';
    const settled = await this.#secure(delivery.message, outcome);
    if (settled === 'refused') return this.#putLast(delivery.message);
    delivery.isDone = true;
    await this.#pace(settled);
    if (end.isLost()) return 'left';
    channel.ack(delivery.message);
    this.#hasSettled = true;
    this.#services.counters.settled(settled);
    return 'acked';
  }

  /** Returns once what the ack gives up is durable elsewhere. `refused`: where it belongs, it was not taken. */
  async #secure(message: ConsumeMessage, outcome: Settled): Promise<Settled | 'refused'> {
    switch (outcome.kind) {
      case 'ack':
        return outcome;
      case 'quarantine':
        return this.#quarantine(message, outcome);
      case 'forward':
        return this.#forward(message, outcome);
    }
  }

  async #forward(message: ConsumeMessage, outcome: Settled): Promise<Settled | 'refused'> {
    const { legacy } = this.#channels;
    try {
      await legacy.publish(message.content, republishedProperties(message));
      return outcome;
    } catch (error) {
      if (error instanceof NotTakenError) {
        const reason = await legacy.ensure().then(() => errorText(error), errorText);
        this.#services.counters.refused('legacy', legacy.queue, reason);
        return 'refused';
      }
      if (!(error instanceof UnsendableError)) throw error;
      return this.#quarantine(message, {
        kind: 'quarantine',
        reason: 'cannot-be-forwarded',
        detail: error.message,
      });
    }
  }

  async #quarantine(
    message: ConsumeMessage,
    outcome: Extract<Settled, { kind: 'quarantine' }>,
  ): Promise<Settled | 'refused'> {
    const { publisher, queue, ensureQuarantine } = this.#channels;
    try {
      await quarantine(publisher, queue, message, outcome);
      return outcome;
    } catch (error) {
      if (!(error instanceof NotTakenError)) throw error;
      const reason = await ensureQuarantine().then(() => errorText(error), errorText);
      this.#services.counters.refused('quarantine', quarantineQueue(queue), reason);
      return 'refused';
    }
  }

  /**
   * As many of them as we may hold would stop every other message behind them, and to give them up with the session would
   * give up the acks of those beside them. So they wait behind the others, and come again.
   */
  async #putLast(message: ConsumeMessage): Promise<Disposal> {
    await Promise.race([sleep(putLastAfterMs), this.#channels.end.promise]);
    return this.#moveToTheEnd(message);
  }

  /** Puts a copy at the end of the queue, and acks the message once the copy is confirmed. */
  async #moveToTheEnd(message: ConsumeMessage): Promise<Disposal> {
    const { channel, publisher, end, queue } = this.#channels;
    if (end.isLost()) return 'left';
    await publisher.publish(queue, message.content, republishedProperties(message));
    if (end.isLost()) return 'left';
    channel.ack(message);
    return 'put-last';
  }

  /** Delays the ack of a message that is done, and with it the next delivery. */
  async #pace(settled: Settled): Promise<void> {
    const { mode, share } = this.#services.control.current();
    if (mode === 'paced') await this.#services.pacer.hold(settled, share);
  }
}
