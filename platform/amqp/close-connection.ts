import { Socket } from 'node:net';
import type { ChannelModel } from 'amqplib';
import { withDeadline } from '../deadline.js';

/**
 * Closes a connection in any state; never rejects. A peer that does not answer loses its socket: otherwise the broker
 * would go on delivering to the consumer of a connection that nobody reads.
 */
export async function closeConnection(connection: ChannelModel, timeoutMs = 1_000): Promise<void> {
  try {
    await withDeadline('close of the AMQP connection', timeoutMs, connection.close());
  } catch {
    // Closed already, or no answer.
    socketOf(connection)?.destroy();
  }
}

/** amqplib keeps the socket to itself; if a later version hides it, the heartbeat ends the connection. */
function socketOf(connection: ChannelModel): Socket | undefined {
  const stream: unknown = Reflect.get(connection.connection, 'stream');
  return stream instanceof Socket ? stream : undefined;
}
