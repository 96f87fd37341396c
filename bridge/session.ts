import type { Channel, ChannelModel, ConfirmChannel, ConsumeMessage } from 'amqplib';
import { connectBroker } from '../platform/amqp/broker-connection.js';
import { closeConnection } from '../platform/amqp/close-connection.js';
import { createConfirmedPublisher } from '../platform/amqp/confirmed-publisher.js';
import { ensureQueue } from '../platform/amqp/ensure-queue.js';
import { withDeadline } from '../platform/deadline.js';
import type { Logger } from '../platform/logger.js';
import type { Secret } from '../platform/secret.js';
import type { MessageHandler, Outcome } from './handle-message.js';
import { quarantine, quarantineQueue } from './quarantine.js';

/*
 * Theory of operation: one session is one generation of everything that AMQP can lose.
 *
 * It holds two connections, one that consumes and one that publishes (an alarm of the broker blocks publishing
 * connections only, and acks must not queue behind a blocked publish), a channel on each, and one consumer. Whatever of these is
 * lost (connection, channel alone, consumer cancelled by the broker, an answer that does not come) ends the session
 * as a whole, first cause first; nothing is mended inside. The bridge then opens a new one. So no ack can reach a
 * channel other than the one that delivered the message: acks are bound to the session and dropped when it has ended,
 * and the broker delivers the message again.
 *
 * A `hold` also ends the session. Its messages are not nacked: closing the channel gives them back, once.
 */

export type SessionEnd =
  | { readonly kind: 'lost'; readonly what: string }
  | { readonly kind: 'hold'; readonly cause: unknown };

export interface SessionOptions {
  readonly url: Secret;
  readonly queue: string;
  readonly prefetch: number;
  readonly handle: MessageHandler;
  /** Called once per message, after its ack was written. */
  readonly onSettled: (outcome: Outcome) => void;
  readonly log: Logger;
  /** Gives a set-up up; an open session is closed by `close`. */
  readonly signal: AbortSignal;
  readonly watchdogMs?: number;
}

export interface Session {
  /** Resolves, never rejects. */
  readonly ended: Promise<SessionEnd>;
  inFlight(): number;
  /** Stops consuming, waits for the messages in hand, closes. What is left returns to the queue. Never rejects. */
  close(graceMs: number): Promise<void>;
}

const setUpTimeoutMs = 20_000;
const answerTimeoutMs = 10_000;
const closeTimeoutMs = 1_000;

/** @throws BrokerUnreachableError, or an Error that says which step of the set-up failed. */
export async function openSession(options: SessionOptions): Promise<Session> {
  const end = endOnce();
  const connections: ChannelModel[] = [];
  const giveUp = (): void => end.with({ kind: 'lost', what: 'given up' });
  options.signal.addEventListener('abort', giveUp, { once: true });
  try {
    const opening = setUp(options, end, connections);
    // A set-up that waits on a lost connection would wait for ever.
    const lost = end.promise.then((reason): never => {
      throw reason.kind === 'lost' ? new Error(`RabbitMQ: ${reason.what} during set-up`) : reason.cause;
    });
    return await withDeadline('RabbitMQ set-up', setUpTimeoutMs, Promise.race([opening, lost]));
  } catch (error) {
    end.with({ kind: 'lost', what: 'set-up failed' });
    await closeAll(connections);
    throw error;
  } finally {
    options.signal.removeEventListener('abort', giveUp);
  }
}

async function setUp(options: SessionOptions, end: EndOnce, connections: ChannelModel[]): Promise<Session> {
  const open = async (role: string): Promise<ChannelModel> => {
    const connection = await connectBroker(options.url, `grading-bridge ${role}`);
    connections.push(connection);
    // Set-up was given up while this one was on its way.
    if (end.isEnded()) await closeAll([connection]);
    connection.on('close', () => end.with({ kind: 'lost', what: `${role} connection closed` }));
    connection.on('blocked', (reason) => options.log.warn({ reason, role }, 'broker blocks publishing'));
    return connection;
  };
  const consuming = await open('consume');
  const publishing = await open('publish');
  await ensureQueue(consuming, options.queue);
  await ensureQueue(publishing, quarantineQueue(options.queue));

  const channel = await consuming.createChannel();
  endWith(end, channel, 'consume channel');
  const confirmChannel = await publishing.createConfirmChannel();
  endWith(end, confirmChannel, 'publish channel');

  const consumer = createConsumer(options, end, channel, confirmChannel);
  await channel.prefetch(options.prefetch);
  const { consumerTag } = await channel.consume(options.queue, consumer.take);
  const watchdog = startWatchdog(channel, options, end);

  return {
    ended: end.promise,
    inFlight: consumer.inFlight,
    async close(graceMs) {
      clearInterval(watchdog);
      consumer.stop();
      // What is lost cannot be cancelled or acked: trying would only delay the next session.
      if (!end.isLost()) {
        await attempt(() => channel.cancel(consumerTag));
        await consumer.drain(graceMs);
        end.with({ kind: 'lost', what: 'closed by us' });
        // Answered only after the acks before it.
        await attempt(() => channel.close());
      }
      await closeAll(connections);
    },
  };
}

function createConsumer(
  options: SessionOptions,
  end: EndOnce,
  channel: Channel,
  confirmChannel: ConfirmChannel,
) {
  const publisher = createConfirmedPublisher(confirmChannel, answerTimeoutMs);
  const inFlight = new Set<Promise<void>>();
  let isStopped = false;

  const settle = async (message: ConsumeMessage): Promise<void> => {
    const outcome = await options.handle({ body: message.content, redelivered: message.fields.redelivered });
    if (outcome.kind === 'hold') {
      isStopped = true;
      options.onSettled(outcome);
      end.with({ kind: 'hold', cause: outcome.cause });
      return;
    }
    if (outcome.kind === 'quarantine') await quarantine(publisher, options.queue, message, outcome);
    if (end.isLost()) return;
    channel.ack(message);
    options.onSettled(outcome);
  };

  return {
    take(this: void, message: ConsumeMessage | null): void {
      if (message === null) {
        end.with({ kind: 'lost', what: 'consumer cancelled by the broker (queue deleted?)' });
        return;
      }
      // Not acked: it goes back to the queue when the channel closes.
      if (isStopped) return;
      const work = settle(message)
        .catch((error: unknown) => end.with({ kind: 'lost', what: `message not settled: ${String(error)}` }))
        .finally(() => inFlight.delete(work));
      inFlight.add(work);
    },
    inFlight: () => inFlight.size,
    stop(): void {
      isStopped = true;
    },
    async drain(graceMs: number): Promise<void> {
      await withDeadline('messages in hand', graceMs, Promise.all(inFlight)).catch(() => undefined);
    },
  };
}

/** A consumer can be gone without an event; a round trip on its own channel also proves that it is there. */
function startWatchdog(channel: Channel, options: SessionOptions, end: EndOnce): NodeJS.Timeout {
  const look = async (): Promise<void> => {
    try {
      const { consumerCount } = await withDeadline(
        'watchdog',
        answerTimeoutMs,
        channel.checkQueue(options.queue),
      );
      if (consumerCount === 0) end.with({ kind: 'lost', what: 'the broker no longer knows our consumer' });
    } catch (error) {
      end.with({ kind: 'lost', what: String(error) });
    }
  };
  const timer = setInterval(() => void look(), options.watchdogMs ?? 15_000);
  void end.promise.then(() => clearInterval(timer));
  return timer.unref();
}

function endWith(end: EndOnce, channel: Channel, name: string): void {
  channel.on('error', (error) => end.with({ kind: 'lost', what: `${name}: ${error.message}` }));
  channel.on('close', () => end.with({ kind: 'lost', what: `${name} closed` }));
}

interface EndOnce {
  readonly promise: Promise<SessionEnd>;
  with(end: SessionEnd): void;
  isEnded(): boolean;
  /** Ended, and the channels with it. After a hold they still take acks. */
  isLost(): boolean;
}

/** The first cause wins; a loss after a hold is still noted, since nothing can be acked any more. */
function endOnce(): EndOnce {
  let resolve: (end: SessionEnd) => void = () => undefined;
  const promise = new Promise<SessionEnd>((fulfil) => {
    resolve = fulfil;
  });
  let isEnded = false;
  let isLost = false;
  return {
    promise,
    with(end) {
      isEnded = true;
      isLost ||= end.kind === 'lost';
      resolve(end);
    },
    isEnded: () => isEnded,
    isLost: () => isLost,
  };
}

async function closeAll(connections: readonly ChannelModel[]): Promise<void> {
  await Promise.all(connections.map((connection) => closeConnection(connection)));
}

/** What is being closed may be gone already: that is fine. */
async function attempt(close: () => Promise<unknown>): Promise<void> {
  try {
    await withDeadline('close', closeTimeoutMs, close());
  } catch {
    // Gone, or no answer; closing the connection is next.
  }
}
