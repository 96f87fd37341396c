import type { StackPlaces } from '../../devstack/stack/grading-stack.js';
import type { TcpProxy } from '../integration/tcp-proxy.js';
import { startTcpProxy } from '../integration/tcp-proxy.js';

/** Docker is not among them: it is reached by a socket of the file system. */
export const networkNames = ['rabbitmq', 'postgres', 'temporal', 'backend'] as const;
export type NetworkName = (typeof networkNames)[number];

/** A relay before each service, for our own processes only: the platform's backend has a network of its own. */
export interface Networks {
  of(name: NetworkName): TcpProxy;
  /** Settings that lead through the relays. */
  readonly environment: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export async function startNetworks(
  places: StackPlaces,
  databaseUrl: string,
  backendUrl: string,
): Promise<Networks> {
  const targets: Readonly<Record<NetworkName, URL>> = {
    rabbitmq: new URL(places.amqpUrl),
    postgres: new URL(databaseUrl),
    temporal: new URL(`http://${places.temporalAddress}`),
    backend: new URL(backendUrl),
  };
  const proxies = new Map<NetworkName, TcpProxy>();
  const through = async (name: NetworkName): Promise<string> => {
    const url = targets[name];
    const proxy = await startTcpProxy(url.hostname, Number(url.port));
    proxies.set(name, proxy);
    url.host = `127.0.0.1:${proxy.port}`;
    return url.href;
  };
  const environment = {
    AMQP_URL: await through('rabbitmq'),
    DATABASE_URL: await through('postgres'),
    TEMPORAL_ADDRESS: new URL(await through('temporal')).host,
    BACKEND_API_URL: (await through('backend')).replace(/\/$/, ''),
  };
  return {
    environment,
    of(name) {
      const proxy = proxies.get(name);
      if (proxy === undefined) throw new Error(`no relay before ${name}`);
      return proxy;
    },
    async close() {
      await Promise.all([...proxies.values()].map((proxy) => proxy.down().catch(() => undefined)));
    },
  };
}
