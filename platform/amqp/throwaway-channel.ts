import type { Channel, ChannelModel } from 'amqplib';
import { errorCode } from '../../domain/errors/error-code.js';
import { errorText } from '../../domain/errors/error-text.js';
import { withDeadline } from '../deadline.js';
import { ActionableError } from '../process/actionable-error.js';

/** A broker answers within milliseconds, or it is in trouble: an alarm, or frozen. */
const answerWithinMs = 8_000;

/** The broker said no. */
export class BrokerRefusalError extends ActionableError {
  override readonly name = 'BrokerRefusalError';
  /** AMQP's. */
  readonly code: number;

  constructor(code: number, cause: unknown) {
    const rights =
      'the rights of the user of AMQP_URL, as configure write read: rabbitmqctl list_permissions';
    super(`RabbitMQ refused: ${errorText(cause)}`, { cause, ...(code === 403 && { remedy: rights }) });
    this.code = code;
  }
}

/**
 * A refusal closes the channel it happened on, so what may be refused gets a channel of its own.
 * @throws BrokerRefusalError, or TimeoutError when the broker does not answer.
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
  try {
    return await withDeadline('RabbitMQ', answerWithinMs, using());
  } catch (error) {
    const code = errorCode(error);
    throw typeof code === 'number' ? new BrokerRefusalError(code, error) : error;
  }
}

/** The AMQP reply code of a refusal: 403 no right, 404 not there, 406 there, but otherwise. */
export function replyCode(error: unknown): number | undefined {
  return error instanceof BrokerRefusalError ? error.code : undefined;
}
