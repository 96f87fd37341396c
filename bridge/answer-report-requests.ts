import type { ChannelModel } from 'amqplib';
import { bridgeReportsExchange, bridgeReportsExchangeOptions } from '../platform/amqp/bridge-reports.js';
import type { Logger } from '../platform/process/logger.js';

/**
 * Answers when the bridges of the queue are asked how they do. Reports leave by the publishing connection: a consuming
 * one that publishes could be blocked, and its acks with it. Where the broker forbids it the bridge works all the same,
 * unseen by `grader mode show`.
 */
export async function answerReportRequests(
  consuming: ChannelModel,
  publishing: ChannelModel,
  queue: string,
  report: () => Promise<object>,
  log: Logger,
): Promise<void> {
  const quiet = (error: unknown): void =>
    log.warn({ err: error, queue }, 'cannot answer requests for reports');
  try {
    const channel = await consuming.createChannel();
    channel.on('error', quiet);
    const replies = await publishing.createChannel();
    replies.on('error', quiet);
    await channel.assertExchange(bridgeReportsExchange(queue), 'fanout', bridgeReportsExchangeOptions);
    const { queue: calls } = await channel.assertQueue('', { exclusive: true, durable: false });
    await channel.bindQueue(calls, bridgeReportsExchange(queue), '');
    const answer = async (replyTo: string, correlationId: string): Promise<void> => {
      replies.publish('', replyTo, Buffer.from(JSON.stringify(await report())), { correlationId });
    };
    await channel.consume(
      calls,
      (message) => {
        const { replyTo, correlationId } = message?.properties ?? {};
        if (typeof replyTo === 'string' && typeof correlationId === 'string')
          answer(replyTo, correlationId).catch(quiet);
      },
      { noAck: true },
    );
  } catch (error) {
    quiet(error);
  }
}
