import type { Secret } from './secret.js';
import { SettingsError } from './settings-error.js';
import { decodedPart } from './url-part.js';

interface Places {
  readonly amqpUrl: Secret;
  readonly queue: string;
  readonly legacyAmqpUrl: Secret | undefined;
  readonly legacyQueue: string | undefined;
}

/**
 * The queue of the legacy workers in mode router: beside ours under another name, or on a broker or vhost of its own
 * under the same, since some legacy workers cannot be given another.
 * @throws SettingsError where it would be the queue that the router reads.
 */
export function legacyQueueOf({ amqpUrl, queue, legacyAmqpUrl, legacyQueue }: Places): string {
  const chosen = legacyQueue ?? (legacyAmqpUrl === undefined ? `${queue}.legacy` : queue);
  const isSameBroker = legacyAmqpUrl === undefined || placeOf(legacyAmqpUrl) === placeOf(amqpUrl);
  if (isSameBroker && chosen === queue) {
    throw new SettingsError(
      ['LEGACY_AMQP_URL', 'LEGACY_QUEUE'],
      `The legacy workers' queue is ${queue}, the one that the bridge reads: a router would forward to itself. Give LEGACY_AMQP_URL another broker or vhost than AMQP_URL or RABBITMQ_HOST has, or LEGACY_QUEUE another name than RABBITMQ_QUEUE has.`,
    );
  }
  return chosen;
}

/** Host, port and vhost. Several names of one host are not found out. */
function placeOf(url: Secret): string {
  const { hostname, port, protocol, pathname } = new URL(url.reveal());
  const host = ['localhost', '[::1]'].includes(hostname) ? '127.0.0.1' : hostname;
  const vhost = decodedPart(pathname.slice(1)) || '/';
  return `${host}:${port || (protocol === 'amqps:' ? 5671 : 5672)} ${vhost}`;
}
