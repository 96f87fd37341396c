import { Socket } from 'node:net';
import type { ChannelModel } from 'amqplib';
import { withDeadline } from '../deadline.js';

/**
 * Closes a connection in any state; never rejects. A peer that does not answer loses its socket: otherwise the broker
 * would go on delivering to the consumer of a connection that nobody reads.
 */
export async function closeConnection(connection: ChannelModel, timeoutMs = 1_000): Promise<void> {
  // A socket that ends while the close is under way: amqplib says so here, and never answers the close.
  const lost = new Promise<void>((resolve) => connection.once('close', () => resolve()));
  try {
    await withDeadline('close of the AMQP connection', timeoutMs, Promise.race([connection.close(), lost]));
  } catch {
    // Closed already, or no answer.
    // With an error, as amqplib ends its heartbeats only then, and they would keep the process alive.
    socketOf(connection)?.destroy(new Error('no answer to the close of the connection'));
  }
}

/** amqplib keeps the socket to itself; if a later version hides it, the heartbeat ends the connection. */
function socketOf(connection: ChannelModel): Socket | undefined {
  const stream: unknown = Reflect.get(connection.connection, 'stream');
  return stream instanceof Socket ? stream : undefined;
}
