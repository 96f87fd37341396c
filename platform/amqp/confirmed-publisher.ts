import type { ConfirmChannel, Options } from 'amqplib';
import { withDeadline } from '../deadline.js';

export interface ConfirmedPublisher {
  /**
   * Publishes to a queue through the default exchange and returns when the broker has it safe.
   * @throws Error when the broker refused it, had no such queue, or did not answer: the message may or may not be there.
   */
  publish(queue: string, content: Buffer, options: Options.Publish): Promise<void>;
}

/**
 * One publish at a time: the broker confirms an unroutable message too, after having returned it, and only the order
 * on the channel says which one it returned. That costs about half a millisecond a message, and no header.
 */
export function createConfirmedPublisher(channel: ConfirmChannel, timeoutMs = 10_000): ConfirmedPublisher {
  let returned: string | undefined;
  let last: Promise<unknown> = Promise.resolve();
  channel.on('return', (message) => {
    const { replyText } = message.fields as { replyText?: string };
    returned = replyText ?? 'returned';
  });

  const publishOne = async (queue: string, content: Buffer, options: Options.Publish): Promise<void> => {
    returned = undefined;
    const confirmed = new Promise<void>((resolve, reject) => {
      channel.sendToQueue(
        queue,
        content,
        { ...options, persistent: true, mandatory: true },
        (error: unknown) => (error ? reject(error) : resolve()),
      );
    });
    await withDeadline(`confirm of a message to ${queue}`, timeoutMs, confirmed);
    if (returned !== undefined) throw new Error(`The broker returned a message to ${queue}: ${returned}`);
  };

  return {
    publish(queue, content, options) {
      const turn = last.then(() => publishOne(queue, content, options));
      last = turn.catch(() => undefined);
      return turn;
    },
  };
}
