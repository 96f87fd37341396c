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
  const targets: Readonly<Record<NetworkName, string>> = {
    rabbitmq: places.amqpUrl,
    postgres: databaseUrl,
    temporal: places.temporalAddress,
    backend: backendUrl,
  };
  const proxies = new Map<NetworkName, TcpProxy>();
  const through = async (name: NetworkName): Promise<string> => {
    const proxy = await startTcpProxy(targets[name]);
    proxies.set(name, proxy);
    return proxy.address;
  };
  const environment = {
    AMQP_URL: await through('rabbitmq'),
    DATABASE_URL: await through('postgres'),
    TEMPORAL_ADDRESS: await through('temporal'),
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
