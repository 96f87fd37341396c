import type { Channel, ChannelModel } from 'amqplib';

/**
 * Makes sure that a queue is there: looks first, and only where it is missing declares it durable without any other
 * argument, as every party does (contract §2). An existing queue of another kind is taken as it is.
 * Each step has a channel of its own, since a refusal closes the channel it happened on.
 * @returns how many messages wait.
 */
export async function ensureQueue(connection: ChannelModel, queue: string): Promise<number> {
  try {
    const { messageCount } = await onThrowawayChannel(connection, (channel) => channel.checkQueue(queue));
    return messageCount;
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  await onThrowawayChannel(connection, (channel) => channel.assertQueue(queue, { durable: true }));
  return 0;
}

async function onThrowawayChannel<Result>(
  connection: ChannelModel,
  use: (channel: Channel) => Promise<Result>,
): Promise<Result> {
  const channel = await connection.createChannel();
  channel.on('error', () => undefined);
  const result = await use(channel);
  await channel.close();
  return result;
}

function isNotFound(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 404;
}
