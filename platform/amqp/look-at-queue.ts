import type { ChannelModel } from 'amqplib';
import { errorText } from '../../domain/errors/error-text.js';
import { onThrowawayChannel, replyCode } from './throwaway-channel.js';

/** What AMQP tells of a queue without touching it. */
export interface QueueLook {
  /** Ready ones; those that a consumer holds are not counted. */
  readonly messages: number;
  readonly consumers: number;
}

/** A passive declaration. @returns undefined when the queue does not exist. @throws the broker's other refusals. */
export async function lookAtQueue(connection: ChannelModel, queue: string): Promise<QueueLook | undefined> {
  try {
    const { messageCount, consumerCount } = await onThrowawayChannel(connection, (channel) =>
      channel.checkQueue(queue),
    );
    return { messages: messageCount, consumers: consumerCount };
  } catch (error) {
    if (replyCode(error) === 404) return undefined;
    throw error;
  }
}

/**
 * Declares an existing queue once more as every party does (contract §2), which changes nothing: the broker says what
 * differs.
 * @returns 'plain', 'not permitted' where the user may not declare, or the broker's words for what differs.
 */
export async function comparePlainDeclaration(
  connection: ChannelModel,
  queue: string,
): Promise<'plain' | 'not permitted' | { readonly differs: string }> {
  try {
    await onThrowawayChannel(connection, (channel) => channel.assertQueue(queue, { durable: true }));
    return 'plain';
  } catch (error) {
    const code = replyCode(error);
    if (code === 403) return 'not permitted';
    if (code !== 406) throw error;
    const message = errorText(error);
    return { differs: /inequivalent arg[^"]*/.exec(message)?.[0].trim() ?? message };
  }
}
