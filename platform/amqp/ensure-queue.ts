import type { ChannelModel } from 'amqplib';
import { lookAtQueue } from './look-at-queue.js';
import { onThrowawayChannel } from './throwaway-channel.js';

/**
 * Makes sure that a queue is there: looks first, and only where it is missing declares it durable without any other
 * argument, as every party does (contract §2). An existing queue of another kind is taken as it is.
 * @returns how many messages wait.
 */
export async function ensureQueue(connection: ChannelModel, queue: string): Promise<number> {
  const look = await lookAtQueue(connection, queue);
  if (look !== undefined) return look.messages;
  await onThrowawayChannel(connection, (channel) => channel.assertQueue(queue, { durable: true }));
  return 0;
}
