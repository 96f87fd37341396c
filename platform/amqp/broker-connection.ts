import type { ChannelModel } from 'amqplib';
import { connect } from 'amqplib';
import { errorLine } from '../../domain/errors/error-text.js';
import { withDeadline } from '../deadline.js';
import type { Secret } from '../settings/secret.js';
import { closeConnection } from './close-connection.js';

/** Thrown when no connection can be made; the message names the address, the cause and the next command. */
class BrokerUnreachableError extends Error {
  override readonly name = 'BrokerUnreachableError';
}

const connectTimeoutMs = 10_000;

/**
 * One AMQP connection, without amqplib's own recovery: that recovers connections only, never channels or consumers,
 * and adopts a connection that was lost during set-up. Who holds it listens for 'close' and makes a new one.
 * @param name shown in the broker's connection list.
 * @throws BrokerUnreachableError
 */
export async function connectBroker(url: Secret, name: string): Promise<ChannelModel> {
  const connecting = connect(withHeartbeat(url.reveal()), {
    // Without it a publish of 2 KiB waits 40 ms for a delayed acknowledgement of TCP.
    noDelay: true,
    keepAlive: true,
    timeout: connectTimeoutMs,
    clientProperties: { connection_name: name },
  });
  try {
    const connection = await withDeadline('handshake', connectTimeoutMs, connecting);
    // 'close' follows every 'error' and is what callers act on; an error without a listener would end the process.
    connection.on('error', () => undefined);
    connection.on('handler-error', () => undefined);
    return connection;
  } catch (cause) {
    // One that arrives after all is not wanted any more.
    connecting.then(closeConnection, () => undefined);
    throw unreachable(url, cause);
  }
}

/** As the broker says at the handshake, such as `4.1.0`. */
export function brokerVersion({ connection }: ChannelModel): string {
  return String(connection.serverProperties.version);
}

/** A dead peer is noticed after two missed beats: the server's own 60 s would be two minutes. */
function withHeartbeat(url: string): string {
  if (/[?&]heartbeat=/.test(url)) return url;
  return `${url}${url.includes('?') ? '&' : '?'}heartbeat=10`;
}

function unreachable(url: Secret, cause: unknown): BrokerUnreachableError {
  const { hostname, port, protocol } = new URL(url.reveal());
  const address = `${hostname} ${port || (protocol === 'amqps:' ? 5671 : 5672)}`;
  const why = errorLine(cause);
  // The last is amqplib's for a vhost that is not there, whose reason it keeps to itself.
  const remedy = /ACCESS.REFUSED|\b403 \(|Expected ConnectionOpenOk/i.test(why)
    ? 'User, password or vhost are wrong: set AMQP_URL=amqp://user:password@host:5672/vhost. Check with: rabbitmqctl list_permissions'
    : `The broker may be down, or RABBITMQ_HOST or AMQP_URL wrong. Check with: nc -vz ${address}`;
  return new BrokerUnreachableError(`Failed to connect to RabbitMQ at ${url.toString()}: ${why}. ${remedy}`, {
    cause,
  });
}
