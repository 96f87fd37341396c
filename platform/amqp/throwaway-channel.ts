import type { Channel, ChannelModel } from 'amqplib';
import { errorCode } from '../../domain/errors/error-code.js';
import { withDeadline } from '../deadline.js';

/** A broker answers within milliseconds, or it is in trouble: an alarm, or frozen. */
const answerWithinMs = 8_000;

/**
 * A refusal closes the channel it happened on, so what may be refused gets a channel of its own.
 * @throws TimeoutError when the broker does not answer.
 */
export async function onThrowawayChannel<Result>(
  connection: ChannelModel,
  use: (channel: Channel) => Promise<Result>,
): Promise<Result> {
  const using = async (): Promise<Result> => {
    const channel = await connection.createChannel();
    channel.on('error', () => undefined);
    const result = await use(channel);
    await channel.close();
    return result;
  };
  return withDeadline('RabbitMQ', answerWithinMs, using());
}

/** The AMQP reply code of a refusal: 403 no right, 404 not there, 406 there, but otherwise. */
export function replyCode(error: unknown): number | undefined {
  const code = errorCode(error);
  return typeof code === 'number' ? code : undefined;
}
