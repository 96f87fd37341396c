import { z } from 'zod';
import type { Secret } from '../settings/secret.js';
import { decodedPart } from '../settings/url-part.js';

/** What only RabbitMQ's management API tells of a queue. */
export interface QueueFacts {
  /** `classic`, `quorum` or `stream`. */
  readonly type: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly policy: string | undefined;
  readonly operatorPolicy: string | undefined;
  /** What the policies come to, such as `{"message-ttl": 60000}`. */
  readonly policyDefinition: Readonly<Record<string, unknown>>;
  /** Addresses of those who consume. */
  readonly consumerHosts: readonly string[];
  /** The broker's clock, to the second, and ours when it was read. */
  readonly clocks: { readonly broker: Date; readonly ours: Date } | undefined;
}

export interface ManagementApi {
  readonly baseUrl: string;
  readonly vhost: string;
  readonly authorization: string;
}

const defaultPort = 15_672;
const timeoutMs = 3_000;

/** As configured, else where the plugin listens by default, with the broker's user. */
export function managementApi(amqpUrl: Secret, managementUrl: Secret | undefined): ManagementApi {
  const broker = new URL(amqpUrl.reveal());
  const url = new URL(managementUrl?.reveal() ?? `http://${broker.hostname}:${defaultPort}`);
  const user = decodedPart(url.username || broker.username || 'guest');
  const password = decodedPart(url.username === '' ? broker.password || 'guest' : url.password);
  return {
    baseUrl: `${url.protocol}//${url.host}${url.pathname.replace(/\/+$/, '')}`,
    vhost: decodedPart(broker.pathname.slice(1)) || '/',
    authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
  };
}

/** @throws Error that says in a few words why it was not seen. */
export async function readQueueFacts(api: ManagementApi, queue: string): Promise<QueueFacts> {
  const address = `${api.baseUrl}/api/queues/${encodeURIComponent(api.vhost)}/${encodeURIComponent(queue)}`;
  const askedAt = Date.now();
  const response = await ask(address, api);
  const ours = new Date((askedAt + Date.now()) / 2);
  if (!response.ok) {
    const user = response.status === 401 ? ' (user, password, or a user without the tag "monitoring")' : '';
    throw new Error(`the management API at ${api.baseUrl} answered ${response.status}${user}`);
  }
  const parsed = queueSchema.safeParse(await response.json());
  if (!parsed.success) throw new Error(`what answers at ${api.baseUrl} is not RabbitMQ's management API`);
  const { data } = parsed;
  const date = response.headers.get('date');
  return {
    type: data.type ?? 'classic',
    arguments: data.arguments ?? {},
    policy: data.policy || undefined,
    operatorPolicy: data.operator_policy || undefined,
    policyDefinition: data.effective_policy_definition ?? {},
    consumerHosts: (data.consumer_details ?? []).flatMap(({ channel_details }) =>
      channel_details?.peer_host === undefined ? [] : [channel_details.peer_host],
    ),
    clocks: date === null ? undefined : { broker: new Date(date), ours },
  };
}

async function ask(address: string, api: ManagementApi): Promise<Response> {
  try {
    return await fetch(address, {
      headers: { authorization: api.authorization },
      signal: AbortSignal.timeout(timeoutMs),
    });
  } catch (cause) {
    throw new Error(`the management API does not answer at ${api.baseUrl}`, { cause });
  }
}

/** Broker versions write an empty object as an empty list. */
const objectOrList = z
  .union([z.record(z.string(), z.unknown()), z.array(z.unknown()).transform(() => ({}))])
  .nullish();

const queueSchema = z.object({
  type: z.string().optional(),
  arguments: objectOrList,
  policy: z.string().nullish(),
  operator_policy: z.string().nullish(),
  effective_policy_definition: objectOrList,
  consumer_details: z
    .array(z.object({ channel_details: z.object({ peer_host: z.string().optional() }).optional() }))
    .nullish(),
});
