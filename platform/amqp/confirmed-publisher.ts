import type { ConfirmChannel, ConsumeMessage, Options } from 'amqplib';
import { errorText } from '../../domain/errors/error-text.js';
import { ActionableError } from '../process/actionable-error.js';

export interface ConfirmedPublisher {
  /**
   * Publishes to a queue through the default exchange, persistent, and returns when the broker has it safe. Many may be
   * under way at a time.
   * @throws UnsendableError when its properties cannot be written; nothing was sent then.
   * @throws NotTakenError when the broker refused it or had no such queue; it is not there.
   * @throws Error when the broker did not answer: the message may or may not be there.
   */
  publish(queue: string, content: Buffer, options: Options.Publish): Promise<void>;
}

/** What a message carries beside its body is too large, or of a kind that cannot be sent, as a broker delivers some. */
export class UnsendableError extends Error {
  override readonly name = 'UnsendableError';
}

/** The broker answered: the queue does not take the message, as it is full, or is not there. */
export class NotTakenError extends Error {
  override readonly name = 'NotTakenError';
}

/** The message may be there, or not. */
class UnconfirmedError extends ActionableError {
  override readonly name = 'UnconfirmedError';

  constructor(queue: string, timeoutMs: number) {
    super(
      `confirm of a message to ${queue}: no answer within ${timeoutMs} ms; the broker may have an alarm`,
      {
        remedy:
          'rabbitmq-diagnostics alarms; then the same command again, as a message that is there twice does no harm',
      },
    );
  }
}

interface Publish {
  readonly queue: string;
  readonly content: Buffer;
  returned: string | undefined;
}

/**
 * The broker confirms an unroutable message too, after having returned it. A return is matched to its publish by queue
 * and content: two messages under way with the same content to the same queue are interchangeable, so that nothing has
 * to be added to a message to tell them apart.
 * @param isBlocked while the broker blocks publishers (an alarm), confirms are waited for without limit.
 */
export function createConfirmedPublisher(
  channel: ConfirmChannel,
  timeoutMs = 10_000,
  isBlocked: () => boolean = () => false,
): ConfirmedPublisher {
  // In the order of publishing.
  const underWay = new Set<Publish>();
  // What is not confirmed was refused, or its channel is gone. amqplib, whose listener comes later, tells them apart by text alone.
  let isClosed = false;
  channel.prependListener('close', () => {
    isClosed = true;
  });
  channel.on('return', (message: ConsumeMessage & { fields: { replyText?: string } }) => {
    for (const publish of underWay) {
      if (publish.returned !== undefined || publish.queue !== message.fields.routingKey) continue;
      if (!publish.content.equals(message.content)) continue;
      publish.returned = message.fields.replyText ?? 'returned';
      return;
    }
  });

  const waitedTooLong = (reject: (error: Error) => void, queue: string): NodeJS.Timeout =>
    setInterval(() => {
      if (!isBlocked()) reject(new UnconfirmedError(queue, timeoutMs));
    }, timeoutMs);

  return {
    async publish(queue, content, options) {
      const publish: Publish = { queue, content, returned: undefined };
      let timer: NodeJS.Timeout | undefined;
      underWay.add(publish);
      try {
        await new Promise<void>((resolve, reject) => {
          send(channel, queue, content, options, (error) => {
            if (!error) resolve();
            else if (isClosed) reject(error);
            else reject(new NotTakenError(`The broker refused a message to ${queue}`, { cause: error }));
          });
          timer = waitedTooLong(reject, queue);
        });
      } finally {
        clearInterval(timer);
        underWay.delete(publish);
      }
      if (publish.returned !== undefined)
        throw new NotTakenError(`The broker returned a message to ${queue}: ${publish.returned}`);
    },
  };
}

function send(
  channel: ConfirmChannel,
  queue: string,
  content: Buffer,
  options: Options.Publish,
  onConfirm: (error: unknown) => void,
): void {
  try {
    channel.sendToQueue(queue, content, { ...options, persistent: true, mandatory: true }, onConfirm);
  } catch (cause) {
    // What amqplib throws where it writes properties; a channel that is closed throws an error of its own.
    if (cause instanceof RangeError || cause instanceof TypeError) {
      throw new UnsendableError(errorText(cause), { cause });
    }
    throw cause;
  }
}
