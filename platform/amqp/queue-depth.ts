import type { Secret } from '../settings/secret.js';
import { connectBroker } from './broker-connection.js';
import { closeConnection } from './close-connection.js';
import { ensureQueue } from './ensure-queue.js';

/**
 * Messages that are ready on a queue; those a consumer holds are not counted. Nothing is consumed.
 * @throws BrokerUnreachableError
 */
export async function queueDepth(url: Secret, queue: string): Promise<number> {
  const connection = await connectBroker(url, 'grader-command');
  try {
    return await ensureQueue(connection, queue);
  } finally {
    await closeConnection(connection);
  }
}
