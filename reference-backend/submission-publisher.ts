import type { ChannelModel } from 'amqplib';
import { connectBroker } from '../platform/amqp/broker-connection.js';
import { closeConnection } from '../platform/amqp/close-connection.js';
import type { ConfirmedPublisher } from '../platform/amqp/confirmed-publisher.js';
import { createConfirmedPublisher } from '../platform/amqp/confirmed-publisher.js';
import { ensureQueue } from '../platform/amqp/ensure-queue.js';
import type { Secret } from '../platform/settings/secret.js';

export interface SubmissionPublisher {
  /** @throws Error when the broker has not confirmed the message; it may have taken it all the same. */
  publish(submissionId: number): Promise<void>;
  close(): Promise<void>;
}

interface Link {
  readonly connection: ChannelModel;
  readonly publisher: ConfirmedPublisher;
}

/**
 * Publishes `{"submission_id": n}` as the platform does (contract §2): default exchange, persistent, no content type.
 * It connects on first use and again after every loss; a publish that meets a lost connection is tried once more.
 */
export function createSubmissionPublisher(amqpUrl: Secret, queue: string): SubmissionPublisher {
  let link: Promise<Link> | undefined;

  const connected = (): Promise<Link> => {
    if (link) return link;
    const opening = open(amqpUrl, queue, () => {
      if (link === opening) link = undefined;
    });
    link = opening;
    opening.catch(() => {
      if (link === opening) link = undefined;
    });
    return opening;
  };
  const publishOnce = async (body: Buffer): Promise<void> => {
    const current = connected();
    try {
      await (await current).publisher.publish(queue, body, {});
    } catch (error) {
      if (link === current) link = undefined;
      void current.then(({ connection }) => closeConnection(connection)).catch(() => undefined);
      throw error;
    }
  };

  return {
    async publish(submissionId) {
      const body = Buffer.from(JSON.stringify({ submission_id: submissionId }));
      const wasConnected = link !== undefined;
      try {
        await publishOnce(body);
      } catch (error) {
        if (!wasConnected) throw error;
        await publishOnce(body);
      }
    },
    async close() {
      const current = link;
      link = undefined;
      await current?.then(({ connection }) => closeConnection(connection)).catch(() => undefined);
    },
  };
}

async function open(amqpUrl: Secret, queue: string, onLost: () => void): Promise<Link> {
  const connection = await connectBroker(amqpUrl, 'reference-backend');
  connection.on('close', onLost);
  await ensureQueue(connection, queue);
  const channel = await connection.createConfirmChannel();
  channel.on('error', () => undefined);
  channel.on('close', onLost);
  return { connection, publisher: createConfirmedPublisher(channel) };
}
