import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Channel, ChannelModel } from 'amqplib';
import type { BridgeAnswers, BridgeReport, UnreadableReport } from '../../domain/cutover/bridge-report.js';
import { withDeadline } from '../deadline.js';
import { parseBridgeReport } from './bridge-report-schema.js';
import { BrokerBlockedError } from './broker-blocked.js';

/** Exchange on which the bridges of a queue are asked how they do; there as long as one of them is. */
export function bridgeReportsExchange(queue: string): string {
  return `${queue}.bridges`;
}

export const bridgeReportsExchangeOptions = { durable: true, autoDelete: true } as const;

/** Beyond the wait for answers, for the steps of asking; they take milliseconds, or the broker is in trouble. */
const setUpMs = 4_000;
/** For the first answer, where none came in time: on a busy host a bridge that is well takes longer. */
const lateMs = 3_000;

/**
 * Asks all bridges of a queue for a report, over the broker, so that no address of them need be known. A broker with an
 * alarm takes no messages: nobody can be asked then, and the connection is of no further use.
 * @param enough ends the wait before `timeoutMs`, by what has answered so far.
 * @returns what they say, in the order it came; nothing when no bridge listens.
 * @throws BrokerBlockedError, or TimeoutError when the broker does not answer.
 */
export async function collectBridgeReports(
  connection: ChannelModel,
  queue: string,
  { timeoutMs, enough = () => false }: CollectOptions,
): Promise<BridgeAnswers> {
  let onBlocked: (reason: string) => void = () => undefined;
  const blocked = new Promise<never>((_resolve, reject) => {
    onBlocked = (reason) => reject(new BrokerBlockedError(reason));
  });
  connection.on('blocked', onBlocked);
  try {
    const asking = ask(connection, queue, timeoutMs, enough);
    return await withDeadline(
      'reports of the bridges',
      setUpMs + timeoutMs + lateMs,
      Promise.race([asking, blocked]),
    );
  } finally {
    connection.off('blocked', onBlocked);
  }
}

interface CollectOptions {
  readonly timeoutMs: number;
  readonly enough?: (answers: BridgeAnswers) => boolean;
}

async function ask(
  connection: ChannelModel,
  queue: string,
  timeoutMs: number,
  enough: (answers: BridgeAnswers) => boolean,
): Promise<BridgeAnswers> {
  const channel = await connection.createChannel();
  channel.on('error', () => undefined);
  try {
    await channel.checkExchange(bridgeReportsExchange(queue));
  } catch {
    return { reports: [], unreadable: [] };
  }
  try {
    return await askOn(channel, queue, timeoutMs, enough);
  } finally {
    // Not waited for: what was asked is known, and a blocked broker never answers.
    channel.close().catch(() => undefined);
  }
}

async function askOn(
  channel: Channel,
  queue: string,
  timeoutMs: number,
  enough: (answers: BridgeAnswers) => boolean,
): Promise<BridgeAnswers> {
  const reports: BridgeReport[] = [];
  const unreadable: UnreadableReport[] = [];
  const correlationId = randomUUID();
  const [first, done] = [new AbortController(), new AbortController()];
  const { queue: replyTo } = await channel.assertQueue('', { exclusive: true, durable: false });
  await channel.consume(
    replyTo,
    (message) => {
      if (message?.properties.correlationId !== correlationId) return;
      const answer = parseBridgeReport(message.content);
      if ('why' in answer) unreadable.push(answer);
      else reports.push(answer);
      first.abort();
      if (enough({ reports, unreadable })) done.abort();
    },
    { noAck: true },
  );
  channel.publish(bridgeReportsExchange(queue), '', Buffer.alloc(0), { replyTo, correlationId });
  const wait = (ms: number, signal: AbortSignal) => sleep(ms, undefined, { signal }).catch(() => undefined);
  await wait(timeoutMs, done.signal);
  // The exchange is there as long as a bridge is.
  if (reports.length + unreadable.length === 0) await wait(lateMs, first.signal);
  return { reports, unreadable };
}
