import { setTimeout as sleep } from 'node:timers/promises';
import { connectBroker } from '../../platform/amqp/broker-connection.js';
import { createConfirmedPublisher } from '../../platform/amqp/confirmed-publisher.js';
import { Secret } from '../../platform/settings/secret.js';

/** Puts a message of any text onto the queue. @throws the broker's error after ten minutes. */
export async function publishUntilConfirmed(amqpUrl: string, queue: string, body: string): Promise<void> {
  const deadline = Date.now() + 600_000;
  for (;;) {
    try {
      const connection = await connectBroker(new Secret(amqpUrl), 'chaos');
      try {
        const channel = await connection.createConfirmChannel();
        channel.on('error', () => undefined);
        await channel.assertQueue(queue, { durable: true });
        await createConfirmedPublisher(channel).publish(queue, Buffer.from(body), {});
        return;
      } finally {
        await connection.close().catch(() => undefined);
      }
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await sleep(500);
    }
  }
}
