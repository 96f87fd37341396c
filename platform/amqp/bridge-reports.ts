import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Channel, ChannelModel } from 'amqplib';

/** Exchange on which the bridges of a queue are asked how they do; there as long as one of them is. */
export function bridgeReportsExchange(queue: string): string {
  return `${queue}.bridges`;
}

export const bridgeReportsExchangeOptions = { durable: true, autoDelete: true } as const;

/**
 * Asks all bridges of a queue for a report, over the broker, so that no address of them need be known.
 * @param enough ends the wait before `timeoutMs`, by what has answered so far.
 * @returns the reports as they came; none when no bridge listens.
 */
export async function collectBridgeReports(
  connection: ChannelModel,
  queue: string,
  { timeoutMs, enough = () => false }: CollectOptions,
): Promise<readonly unknown[]> {
  const channel = await connection.createChannel();
  channel.on('error', () => undefined);
  try {
    await channel.checkExchange(bridgeReportsExchange(queue));
  } catch {
    return [];
  }
  try {
    return await ask(channel, queue, timeoutMs, enough);
  } finally {
    await channel.close();
  }
}

interface CollectOptions {
  readonly timeoutMs: number;
  readonly enough?: (reports: readonly unknown[]) => boolean;
}

async function ask(
  channel: Channel,
  queue: string,
  timeoutMs: number,
  enough: (reports: readonly unknown[]) => boolean,
): Promise<readonly unknown[]> {
  const reports: unknown[] = [];
  const correlationId = randomUUID();
  const done = new AbortController();
  const { queue: replyTo } = await channel.assertQueue('', { exclusive: true, durable: false });
  await channel.consume(
    replyTo,
    (message) => {
      if (message?.properties.correlationId !== correlationId) return;
      reports.push(JSON.parse(message.content.toString()));
      if (enough(reports)) done.abort();
    },
    { noAck: true },
  );
  channel.publish(bridgeReportsExchange(queue), '', Buffer.alloc(0), { replyTo, correlationId });
  await sleep(timeoutMs, undefined, { signal: done.signal }).catch(() => undefined);
  return reports;
}
