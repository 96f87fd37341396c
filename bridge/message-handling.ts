import type { Channel, ConsumeMessage } from 'amqplib';
import type { ConfirmedPublisher } from '../platform/amqp/confirmed-publisher.js';
import { UnsendableError } from '../platform/amqp/confirmed-publisher.js';
import type { Tracing } from '../platform/process/tracing.js';
import type { ControlWatcher } from './control-watcher.js';
import type { EndOnce } from './end-once.js';
import type { LegacyEnd } from './legacy-end.js';
import type { MessageCounters } from './message-counters.js';
import type { MessageDecision } from './message-decision.js';
import type { Outcome, Settled } from './outcome.js';
import type { Pacer } from './pacer.js';
import { republishedProperties } from './properties.js';
import { quarantine } from './quarantine.js';

/*
 * The way of a message:
 *
 *   Consumer #take ► MessageHandling handle ► #decide ► MessageDecision decide ► Grader grade, or Router route
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
  /** Where `forward` goes. */
  readonly legacy: Pick<LegacyEnd, 'publish'>;
  readonly end: EndOnce;
  readonly queue: string;
}

/** A message in flight. */
export interface Delivery {
  readonly message: ConsumeMessage;
  /** When it came, ms since the epoch. */
  readonly since: number;
  /** Only the ack is to come, which may be held back on purpose. */
  isDone: boolean;
}

/** `left`: neither acked nor nacked; it returns to the queue when its channel closes. */
export type Disposal = 'acked' | 'give-back' | 'left';

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
    const outcome = await this.#decide(delivery.message);
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
    delivery.isDone = true;
    await this.#pace(settled);
    if (end.isLost()) return 'left';
    channel.ack(delivery.message);
    this.#hasSettled = true;
    this.#services.counters.settled(settled);
    return 'acked';
  }

  /** Returns once what the ack gives up is durable elsewhere. */
  async #secure(message: ConsumeMessage, outcome: Settled): Promise<Settled> {
    switch (outcome.kind) {
      case 'ack':
        return outcome;
      case 'quarantine':
        return this.#quarantine(message, outcome);
      case 'forward':
        return this.#forward(message, outcome);
    }
  }

  async #forward(message: ConsumeMessage, outcome: Settled): Promise<Settled> {
    try {
      await this.#channels.legacy.publish(message.content, republishedProperties(message));
      return outcome;
    } catch (error) {
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
  ): Promise<Settled> {
    await quarantine(this.#channels.publisher, this.#channels.queue, message, outcome);
    return outcome;
  }

  /** Delays the ack of a message that is done, and with it the next delivery. */
  async #pace(settled: Settled): Promise<void> {
    const { mode, share } = this.#services.control.current();
    if (mode === 'paced') await this.#services.pacer.hold(settled, share);
  }
}
