import type { Channel, ChannelModel, GetMessage } from 'amqplib';
import { withDeadline } from '../deadline.js';

const answerWithinMs = 10_000;

/**
 * Takes up to `limit` messages from a queue for as long as `work` lasts. Those that `work` does not ack are back in their
 * place afterwards, marked as redelivered.
 * @throws Error when the queue does not exist.
 */
export async function takeMessages<Result>(
  connection: ChannelModel,
  queue: string,
  limit: number,
  work: (messages: readonly GetMessage[], channel: Channel) => Promise<Result>,
): Promise<Result> {
  const channel = await inTime(connection.createChannel());
  channel.on('error', () => undefined);
  const messages: GetMessage[] = [];
  while (messages.length < limit) {
    const message = await inTime(channel.get(queue));
    if (!message) break;
    messages.push(message);
  }
  const result = await work(messages, channel);
  // Answered after the acks before it; what is left returns.
  await inTime(channel.close());
  return result;
}

function inTime<Result>(answer: Promise<Result>): Promise<Result> {
  return withDeadline('RabbitMQ', answerWithinMs, answer);
}
