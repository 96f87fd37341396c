import type { Channel, ChannelModel, ConsumeMessage } from 'amqplib';
import { errorText } from '../domain/errors/error-text.js';
import { connectBroker } from '../platform/amqp/broker-connection.js';
import { closeConnection } from '../platform/amqp/close-connection.js';
import type { ConfirmedPublisher } from '../platform/amqp/confirmed-publisher.js';
import { createConfirmedPublisher } from '../platform/amqp/confirmed-publisher.js';
import { ensureQueue } from '../platform/amqp/ensure-queue.js';
import { withDeadline } from '../platform/deadline.js';
import type { Logger } from '../platform/process/logger.js';
import type { Secret } from '../platform/settings/secret.js';
import { answerReportRequests } from './answer-report-requests.js';
import type { ConsumePlan, Settle } from './consumer.js';
import { createConsumer } from './consumer.js';
import type { EndOnce, SessionEnd } from './end-once.js';
import { endOnce } from './end-once.js';
import type { MessageHandler, Outcome } from './handle-message.js';
import { republishedProperties } from './properties.js';
import { quarantine, quarantineQueue } from './quarantine.js';
import { startWatchdog } from './watchdog.js';

/*
 * Theory of operation: one session is one generation of everything that AMQP can lose.
 *
 * It holds two connections, one that consumes and one that publishes (an alarm of the broker blocks publishing
 * connections only, and acks must not queue behind a blocked publish), a channel on each, and at most one consumer.
 * Whatever of these is lost (connection, channel alone, consumer cancelled by the broker, an answer that does not come)
 * ends the session as a whole, first cause first; nothing is mended inside. The bridge then opens a new one. So no ack
 * can reach a channel other than the one that delivered the message: acks are bound to the session and dropped when it
 * has ended, and the broker delivers the message again.
 *
 * A message that is forwarded or quarantined is acked only after the broker has confirmed its copy. A crash between the
 * two leaves both: a message may be doubled, never lost.
 *
 * A `hold` also ends the session. Its messages are not nacked: closing the channel gives them back, once.
 */

export interface SessionOptions {
  readonly url: Secret;
  readonly queue: string;
  /** Where `forward` goes. */
  readonly legacyQueue: string;
  readonly handle: MessageHandler;
  /** Called for each message that is taken; then either `onSettled` or `onGivenBack` is. */
  readonly onReceived: () => void;
  /** It was not acked: the broker delivers it again. */
  readonly onGivenBack: () => void;
  /** After the ack was written; a hold is told here, and its message is given back. */
  readonly onSettled: (outcome: Outcome) => void;
  /** Delays the ack of a message that is done, and with it the next delivery. */
  readonly pace?: (outcome: Outcome) => Promise<void>;
  /** The broker has begun or ended to block publishing; why, or undefined. */
  readonly onBlocked: (reason: string | undefined) => void;
  /** What a roll call is answered with. */
  readonly report: () => Promise<object>;
  readonly log: Logger;
  /** Gives a set-up up; an open session is closed by `close`. */
  readonly signal: AbortSignal;
  readonly watchdogMs?: number;
}

export interface Session {
  /** Resolves, never rejects. */
  readonly ended: Promise<SessionEnd>;
  /** Consumes as the plan says, or not at all. Never rejects: a failure ends the session. */
  apply(plan: SessionPlan | undefined): Promise<void>;
  inFlight(): number;
  /** When the message came that has been worked on longest, ms since the epoch. */
  oldestSince(): number | undefined;
  /** Stops consuming, waits for the messages in flight, closes. What is left returns to the queue. Never rejects. */
  close(graceMs: number): Promise<void>;
}

export interface SessionPlan extends ConsumePlan {
  /** The legacy queue has to be there before the first message comes. */
  readonly forwards: boolean;
}

const setUpTimeoutMs = 20_000;
const answerTimeoutMs = 5_000;
const closeTimeoutMs = 1_000;
const watchdogMs = 2_500;

/** Nothing is consumed before the first `apply`. @throws BrokerUnreachableError, or an Error that says which step of the set-up failed. */
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
    return connection;
  };
  const consuming = await open('consume');
  const publishing = await open('publish');
  const isBlocked = followBlocking(publishing, end, options);
  await ensureQueue(consuming, options.queue);
  await ensureQueue(publishing, quarantineQueue(options.queue));

  const channel = await consuming.createChannel();
  endWith(end, channel, 'consume channel');
  const confirmChannel = await publishing.createConfirmChannel();
  endWith(end, confirmChannel, 'publish channel');
  const publisher = createConfirmedPublisher(confirmChannel, answerTimeoutMs, isBlocked);
  const settle = createSettler(options, end, channel, publisher);
  const consumer = createConsumer({ channel, queue: options.queue, end, settle });
  await answerReportRequests(consuming, publishing, options.queue, options.report, options.log);
  const everyMs = options.watchdogMs ?? watchdogMs;
  const stopWatchdog = startWatchdog({ channel, queue: options.queue, consumer, end, everyMs });

  let isLegacyQueueThere = false;
  const apply = async (plan: SessionPlan | undefined): Promise<void> => {
    try {
      if (plan?.forwards && !isLegacyQueueThere) {
        await ensureQueue(publishing, options.legacyQueue);
        isLegacyQueueThere = true;
      }
      await withDeadline('change of the consumer', answerTimeoutMs, consumer.apply(plan));
    } catch (error) {
      end.with({ kind: 'lost', what: errorText(error) });
    }
  };

  return {
    ended: end.promise,
    apply,
    inFlight: () => consumer.inFlight(),
    oldestSince: () => consumer.oldestSince(),
    async close(graceMs) {
      stopWatchdog();
      // What is lost cannot be cancelled or acked: trying would only delay the next session.
      if (!end.isLost()) {
        await attempt(() => consumer.apply(undefined));
        consumer.stop();
        await consumer.drain(graceMs);
        end.with({ kind: 'lost', what: 'closed by us' });
        // Answered only after the acks before it.
        await attempt(() => channel.close());
      }
      await closeAll(connections);
    },
  };
}

function createSettler(
  options: SessionOptions,
  end: EndOnce,
  channel: Channel,
  publisher: ConfirmedPublisher,
): Settle {
  const forward = async (message: ConsumeMessage, outcome: Outcome): Promise<Outcome> => {
    try {
      await publisher.publish(options.legacyQueue, message.content, republishedProperties(message));
      return outcome;
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      const bad = { kind: 'quarantine', reason: 'cannot-be-forwarded', detail: error.message } as const;
      await quarantine(publisher, options.queue, message, bad);
      return bad;
    }
  };

  const settle = async (message: ConsumeMessage, onDone: () => void): Promise<boolean> => {
    let outcome = await options.handle({ body: message.content, redelivered: message.fields.redelivered });
    if (outcome.kind === 'hold') {
      options.onSettled(outcome);
      end.with({ kind: 'hold', cause: outcome.cause });
      return false;
    }
    // Lost in the meantime: the broker delivers it again, and a copy now would be one too many.
    if (end.isLost()) return false;
    if (outcome.kind === 'quarantine') await quarantine(publisher, options.queue, message, outcome);
    if (outcome.kind === 'forward') outcome = await forward(message, outcome);
    onDone();
    await options.pace?.(outcome);
    if (end.isLost()) return false;
    channel.ack(message);
    options.onSettled(outcome);
    return true;
  };

  return async (message, onDone) => {
    options.onReceived();
    let isAcked = false;
    try {
      isAcked = await settle(message, onDone);
    } finally {
      if (!isAcked) options.onGivenBack();
    }
  };
}

/** An alarm of the broker (memory, disk): publishes wait until it ends. */
function followBlocking(connection: ChannelModel, end: EndOnce, options: SessionOptions): () => boolean {
  let isBlocked = false;
  const change = (reason: string | undefined): void => {
    isBlocked = reason !== undefined;
    options.onBlocked(reason);
  };
  connection.on('blocked', (reason: string) => change(reason || 'no reason given'));
  connection.on('unblocked', () => change(undefined));
  void end.promise.then(() => change(undefined));
  return () => isBlocked;
}

function endWith(end: EndOnce, channel: Channel, name: string): void {
  channel.on('error', (error) => end.with({ kind: 'lost', what: `${name}: ${error.message}` }));
  channel.on('close', () => end.with({ kind: 'lost', what: `${name} closed` }));
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
