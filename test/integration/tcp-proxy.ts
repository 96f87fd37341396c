import { once } from 'node:events';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createConnection, createServer } from 'node:net';

/** A TCP relay on the loopback that can fail in the ways a network does. */
export interface TcpProxy {
  readonly port: number;
  /** Refuses new connections and cuts those there are. */
  down(): Promise<void>;
  up(): Promise<void>;
  /** Cuts what is open; new connections are welcome. */
  cut(): void;
  /** From now on a connection is cut after so many bytes of the server's; undefined ends it. */
  cutAfter(bytes: number | undefined): void;
  /** Sends bytes to every client as if the server had, and keeps the answer to them from the server. */
  inject(bytes: Uint8Array): void;
  /** Nothing passes on the connections there are, and nobody is told; new ones are served. */
  freeze(): void;
  /** The server's answers are late: they are kept, in order, until `release`. */
  hold(): void;
  release(): void;
  /** Connections that are open now. */
  open(): number;
}

export async function startTcpProxy(targetHost: string, targetPort: number): Promise<TcpProxy> {
  const pairs = new Set<{ client: Socket; target: Socket; isMuted: boolean; isFrozen: boolean }>();
  let limit: number | undefined;
  let held: (() => void)[] | undefined;

  const relay = (client: Socket): void => {
    const target = createConnection({ host: targetHost, port: targetPort });
    const pair = { client, target, isMuted: false, isFrozen: false };
    let received = 0;
    pairs.add(pair);
    const close = (): void => {
      pairs.delete(pair);
      client.destroy();
      target.destroy();
    };
    for (const socket of [client, target]) socket.on('error', close).on('close', close);
    client.on('data', (chunk) => {
      if (!pair.isMuted) target.write(chunk);
    });
    target.on('data', (chunk) => {
      received += chunk.length;
      if (pair.isFrozen) return;
      if (limit !== undefined && received > limit) close();
      else if (held) held.push(() => client.write(chunk));
      else client.write(chunk);
    });
  };

  const listen = async (port: number): Promise<Server> => {
    const server = createServer(relay).listen(port, '127.0.0.1');
    await once(server, 'listening');
    return server;
  };
  let server = await listen(0);
  const { port } = server.address() as AddressInfo;
  const cut = (): void => {
    for (const { client } of pairs) client.destroy();
  };

  return {
    port,
    cut,
    async down() {
      const closed = once(server, 'close');
      server.close();
      cut();
      await closed;
    },
    async up() {
      server = await listen(port);
    },
    cutAfter(bytes) {
      limit = bytes;
    },
    inject(bytes) {
      for (const pair of pairs) {
        pair.isMuted = true;
        pair.client.write(bytes);
      }
    },
    freeze() {
      for (const pair of pairs) {
        pair.isMuted = true;
        pair.isFrozen = true;
      }
    },
    hold() {
      held ??= [];
    },
    release() {
      const kept = held ?? [];
      held = undefined;
      for (const pass of kept) pass();
    },
    open: () => pairs.size,
  };
}
