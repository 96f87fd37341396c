import type { Channel, ChannelModel } from 'amqplib';

/** A refusal closes the channel it happened on, so what may be refused gets a channel of its own. */
export async function onThrowawayChannel<Result>(
  connection: ChannelModel,
  use: (channel: Channel) => Promise<Result>,
): Promise<Result> {
  const channel = await connection.createChannel();
  channel.on('error', () => undefined);
  const result = await use(channel);
  await channel.close();
  return result;
}

/** The AMQP reply code of a refusal: 403 no right, 404 not there, 406 there, but otherwise. */
export function replyCode(error: unknown): number | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'number' ? error.code : undefined;
}
