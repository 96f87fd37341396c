import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Channel, ChannelModel } from 'amqplib';
import type { BridgeAnswers, BridgeReport, UnreadableReport } from '../../domain/cutover/bridge-report.js';
import { parseBridgeReport } from './bridge-report-schema.js';

/** Exchange on which the bridges of a queue are asked how they do; there as long as one of them is. */
export function bridgeReportsExchange(queue: string): string {
  return `${queue}.bridges`;
}

export const bridgeReportsExchangeOptions = { durable: true, autoDelete: true } as const;

/**
 * Asks all bridges of a queue for a report, over the broker, so that no address of them need be known.
 * @param enough ends the wait before `timeoutMs`, by what has answered so far.
 * @returns what they say, in the order it came; nothing when no bridge listens.
 */
export async function collectBridgeReports(
  connection: ChannelModel,
  queue: string,
  { timeoutMs, enough = () => false }: CollectOptions,
): Promise<BridgeAnswers> {
  const channel = await connection.createChannel();
  channel.on('error', () => undefined);
  try {
    await channel.checkExchange(bridgeReportsExchange(queue));
  } catch {
    return { reports: [], unreadable: [] };
  }
  try {
    return await ask(channel, queue, timeoutMs, enough);
  } finally {
    await channel.close();
  }
}

interface CollectOptions {
  readonly timeoutMs: number;
  readonly enough?: (answers: BridgeAnswers) => boolean;
}

async function ask(
  channel: Channel,
  queue: string,
  timeoutMs: number,
  enough: (answers: BridgeAnswers) => boolean,
): Promise<BridgeAnswers> {
  const reports: BridgeReport[] = [];
  const unreadable: UnreadableReport[] = [];
  const correlationId = randomUUID();
  const done = new AbortController();
  const { queue: replyTo } = await channel.assertQueue('', { exclusive: true, durable: false });
  await channel.consume(
    replyTo,
    (message) => {
      if (message?.properties.correlationId !== correlationId) return;
      const answer = parseBridgeReport(message.content);
      if ('why' in answer) unreadable.push(answer);
      else reports.push(answer);
      if (enough({ reports, unreadable })) done.abort();
    },
    { noAck: true },
  );
  channel.publish(bridgeReportsExchange(queue), '', Buffer.alloc(0), { replyTo, correlationId });
  await sleep(timeoutMs, undefined, { signal: done.signal }).catch(() => undefined);
  return { reports, unreadable };
}
