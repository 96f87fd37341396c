import type { ConsumeMessage } from 'amqplib';

/**
 * A message that came back so often is written anew. A quorum queue drops it (or dead-letters it) after more returns than
 * its delivery limit: 20 by default from RabbitMQ 4 on; a limit below this one is reached first, and doctor warns of it.
 * A restart or two of the bridge leave the order of the queue alone.
 */
const maxReturns = 3;

/** How often the message came back to its queue, by the broker's count; 0 where the queue does not count, as a classic one. */
export function returnsOf({ properties }: Pick<ConsumeMessage, 'properties'>): number {
  const count: unknown = properties.headers?.['x-delivery-count'];
  return typeof count === 'number' ? count : 0;
}

/** Whether its queue may soon drop it, were it to come back more often. */
export function nearsDeliveryLimit(message: Pick<ConsumeMessage, 'properties'>): boolean {
  return returnsOf(message) >= maxReturns;
}
