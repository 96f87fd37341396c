import type { ConsumeMessage, Options } from 'amqplib';
import type { ConfirmedPublisher } from '../platform/amqp/confirmed-publisher.js';
import { UnsendableError } from '../platform/amqp/confirmed-publisher.js';
import type { QuarantineReason } from './message.js';
import { republishedProperties } from './properties.js';

export function quarantineQueue(queue: string): string {
  return `${queue}.quarantine`;
}

/**
 * Puts a message into the quarantine queue: body unchanged, properties kept, reason in headers.
 * @throws when the broker has not confirmed it; the message must not be acked then.
 */
export async function quarantine(
  publisher: ConfirmedPublisher,
  queue: string,
  message: ConsumeMessage,
  why: { readonly reason: QuarantineReason; readonly detail: string },
): Promise<void> {
  const headers = {
    'x-quarantine-reason': why.reason,
    'x-quarantine-detail': why.detail,
    'x-quarantine-at': new Date().toISOString(),
    'x-quarantine-queue': queue,
  };
  const target = quarantineQueue(queue);
  try {
    await publisher.publish(target, message.content, quarantinedProperties(message, headers));
  } catch (error) {
    // Headers have 64 KiB at most; ours on top of a full set are too many. And not all that is delivered can be sent.
    if (!(error instanceof UnsendableError)) throw error;
    await publisher.publish(target, message.content, {
      headers: { ...headers, 'x-quarantine-headers-dropped': true },
    });
  }
}

/** The properties of the original that do not act on the broker; those that do are kept as headers. */
export function quarantinedProperties(
  message: Pick<ConsumeMessage, 'properties'>,
  added: Readonly<Record<string, unknown>>,
): Options.Publish {
  const { headers, expiration, ...kept } = republishedProperties(message);
  const { userId } = message.properties;
  return {
    ...kept,
    headers: {
      ...headers,
      ...added,
      // It would end the message's life in quarantine, too.
      ...(expiration !== undefined && { 'x-original-expiration': expiration }),
      // The broker closes the channel of a publisher that is another user.
      ...(userId !== undefined && { 'x-original-user-id': userId }),
    },
  };
}
