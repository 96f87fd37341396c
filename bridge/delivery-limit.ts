import type { ConsumeMessage } from 'amqplib';

/**
 * Deliveries of a message that came back, after which it is written anew. A quorum queue drops a message (or
 * dead-letters it) after so many as its delivery limit says: 20 by default from RabbitMQ 4 on. A restart or two of the
 * bridge leave the order of the queue alone.
 */
const returnsAtMost = 3;

/** How often the message came back to its queue, by the broker's count; 0 where the queue does not count, as a classic one. */
export function returnsOf({ properties }: Pick<ConsumeMessage, 'properties'>): number {
  const count: unknown = properties.headers?.['x-delivery-count'];
  return typeof count === 'number' ? count : 0;
}

/** Whether its queue may soon drop it, were it to come back more often. */
export function nearsDeliveryLimit(message: Pick<ConsumeMessage, 'properties'>): boolean {
  return returnsOf(message) >= returnsAtMost;
}
