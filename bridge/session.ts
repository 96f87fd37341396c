import type { Channel, ChannelModel } from 'amqplib';
import { errorText } from '../domain/errors/error-text.js';
import { connectBroker } from '../platform/amqp/broker-connection.js';
import { closeConnection } from '../platform/amqp/close-connection.js';
import { createConfirmedPublisher } from '../platform/amqp/confirmed-publisher.js';
import { ensureQueue } from '../platform/amqp/ensure-queue.js';
import { replyCode } from '../platform/amqp/throwaway-channel.js';
import { withDeadline } from '../platform/deadline.js';
import type { Logger } from '../platform/process/logger.js';
import type { Secret } from '../platform/settings/secret.js';
import { answerReportRequests } from './answer-report-requests.js';
import type { ConsumePlan } from './consumer.js';
import { Consumer } from './consumer.js';
import type { EndOnce, SessionEnd } from './end-once.js';
import { endOnce } from './end-once.js';
import { openLegacyEnd } from './legacy-end.js';
import type { HandlingServices } from './message-handling.js';
import { MessageHandling } from './message-handling.js';
import { quarantineQueue } from './quarantine.js';
import { startWatchdog } from './watchdog.js';

/*
 * Theory of operation: one session is one generation of everything that AMQP can lose.
 *
 * It holds two connections, one that consumes and one that publishes (an alarm of the broker blocks publishing
 * connections only, and acks must not queue behind a blocked publish), a channel on each, and at most one consumer. A
 * router whose legacy workers read another broker holds a third one, to that.
 * Whatever of these is lost (connection, channel alone, consumer cancelled by the broker, an answer that does not come)
 * ends the session as a whole, first cause first; nothing is repaired inside. The bridge then opens a new one. So no ack
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
  /** The broker or vhost that has it; undefined: the same one. */
  readonly legacyUrl: Secret | undefined;
  /** What handles the messages. */
  readonly handling: HandlingServices;
  /** `blocked()` has changed. */
  readonly onBlockedChange: () => void;
  /** The answer to a request for reports. */
  readonly report: () => Promise<object>;
  readonly log: Logger;
  /** Gives a set-up up; an open session is closed by `close`. */
  readonly signal: AbortSignal;
}

export interface Session {
  /** Resolves, never rejects. */
  readonly ended: Promise<SessionEnd>;
  isEnded(): boolean;
  /** Whether messages come to us. */
  isConsuming(): boolean;
  /** Why the broker blocks publishing, when it does. */
  blocked(): string | undefined;
  /**
   * Consumes as the plan says, or not at all; of several calls the last one holds. Never rejects: a failure ends the
   * session.
   */
  apply(plan: ConsumePlan | undefined): Promise<void>;
  inFlight(): number;
  /** When the message came that has been worked on longest, by `performance.now()`. */
  oldestSince(): number | undefined;
  /** Whether any message was acked. */
  hasSettled(): boolean;
  /**
   * Stops consuming, waits for the messages in flight, closes. What is left returns to the queue. Never rejects; called
   * again, it waits for the first call.
   */
  close(graceMs: number): Promise<void>;
  isClosed(): boolean;
}

const setUpTimeoutMs = 20_000;
const answerTimeoutMs = 5_000;
const closeTimeoutMs = 1_000;

/** Nothing is consumed before the first `apply`. @throws BrokerUnreachableError, or an Error that says which step of the set-up failed. */
export async function openSession(options: SessionOptions): Promise<Session> {
  options.signal.throwIfAborted();
  const end = endOnce();
  const connections: ChannelModel[] = [];
  const giveUp = (): void => end.with({ kind: 'lost', what: 'setup abandoned' });
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
  const open = async (role: string, url = options.url): Promise<ChannelModel> => {
    const connection = await connectBroker(url, `grading-bridge ${role}`);
    connections.push(connection);
    // Set-up was abandoned while this one was on its way.
    if (end.isEnded()) await closeAll([connection]);
    connection.on('close', () => end.with({ kind: 'lost', what: `${role} connection closed` }));
    return connection;
  };
  const consuming = await open('consume');
  const publishing = await open('publish');
  const blockedHere = followBlocking(publishing, options.onBlockedChange);
  const { queue, legacyQueue, legacyUrl, handling } = options;
  await ensureQueue(consuming, queue);
  const ensureQuarantine = () => ensureQueue(publishing, quarantineQueue(queue));
  // Where it cannot be had, good messages go on; the first bad one tells.
  await ensureQuarantine().catch((error: unknown) => {
    if (replyCode(error) === undefined) throw error;
    handling.counters.refused('quarantine', quarantineQueue(queue), errorText(error));
  });

  const channel = await consuming.createChannel();
  endWith(end, channel, 'consume channel');
  const confirmChannel = await publishing.createConfirmChannel();
  endWith(end, confirmChannel, 'publish channel');
  // After the end nothing is waited for without limit.
  const isBlocked = (): boolean => !end.isEnded() && blockedHere() !== undefined;
  const publisher = createConfirmedPublisher(confirmChannel, answerTimeoutMs, isBlocked);
  const legacy = openLegacyEnd({
    legacyQueue,
    timeoutMs: answerTimeoutMs,
    isEnded: () => end.isEnded(),
    async connect() {
      if (legacyUrl === undefined) {
        return { connection: publishing, channel: confirmChannel, blocked: blockedHere };
      }
      const connection = await open('legacy', legacyUrl);
      const blockedThere = followBlocking(connection, options.onBlockedChange);
      const legacyChannel = await connection.createConfirmChannel();
      endWith(end, legacyChannel, 'channel to the legacy broker');
      return { connection, channel: legacyChannel, blocked: () => ofLegacy(blockedThere()) };
    },
  });
  const blocked = (): string | undefined => blockedHere() ?? legacy.blocked();
  const messages = new MessageHandling(handling, {
    ...{ channel, publisher, isBlocked, legacy, ensureQuarantine, end, queue },
  });
  const prepare = async ({ forwards }: ConsumePlan): Promise<void> => {
    if (forwards) await legacy.prepare();
  };
  const { counters } = handling;
  const consumer = new Consumer({ channel, queue, end, messages, counters, prepare });
  await answerReportRequests(consuming, publishing, queue, options.report, options.log);
  const stopWatchdog = startWatchdog({ channel, queue, consumer, end });

  const close = async (graceMs: number): Promise<void> => {
    stopWatchdog();
    handling.pacer.reset();
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
  };
  let closing: Promise<void> | undefined;
  let isClosed = false;

  return {
    ended: end.promise,
    isEnded: () => end.isEnded(),
    isConsuming: () => !end.isEnded() && consumer.isActive(),
    blocked,
    async apply(plan) {
      try {
        await withDeadline('change of the consumer', answerTimeoutMs, consumer.apply(plan));
      } catch (error) {
        end.with({ kind: 'lost', what: errorText(error) });
      }
    },
    inFlight: () => consumer.inFlight(),
    oldestSince: () => consumer.oldestSince(),
    hasSettled: () => messages.hasSettled(),
    close(graceMs) {
      closing ??= close(graceMs).finally(() => {
        isClosed = true;
      });
      return closing;
    },
    isClosed: () => isClosed,
  };
}

function ofLegacy(reason: string | undefined): string | undefined {
  return reason === undefined ? undefined : `that of the legacy workers, ${reason}`;
}

/** An alarm of the broker (memory, disk): publishes wait until it ends. */
function followBlocking(connection: ChannelModel, onChange: () => void): () => string | undefined {
  let blocked: string | undefined;
  const change = (reason: string | undefined): void => {
    blocked = reason;
    onChange();
  };
  connection.on('blocked', (reason: string) => change(reason || 'no reason given'));
  connection.on('unblocked', () => change(undefined));
  return () => blocked;
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
