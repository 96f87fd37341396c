import { once } from 'node:events';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createConnection, createServer } from 'node:net';

/** A TCP relay on the loopback that can fail in the ways a network does. */
export interface TcpProxy {
  /** The target as clients are to know it: the same URL, or `host:port`, by way of the relay. */
  readonly address: string;
  /** Refuses new connections and cuts those there are. */
  down(): Promise<void>;
  up(): Promise<void>;
  /** Cuts what is open; new connections are welcome. */
  cut(): void;
  /** As `cut`, by a reset: neither side gets what is on its way. */
  reset(): void;
  /** From now on a connection is cut after so many bytes of the server's; undefined ends it. */
  cutAfter(bytes: number | undefined): void;
  /** Sends bytes to every client as if the server had, and keeps the answer to them from the server. */
  inject(bytes: Uint8Array): void;
  /** Nothing passes on the connections there are, and nobody is told; new ones are served. */
  freeze(): void;
  /** Nothing passes either way, on new connections neither, until `resume`: as if every packet were lost and sent again. */
  stall(): void;
  resume(): void;
  /** What passes is so much later, either way and in order. */
  delay(ms: number): void;
  /** The server's answers are late: they are kept, in order, until `release`. */
  hold(): void;
  release(): void;
  /** Connections that are open now. */
  open(): number;
}

interface Pair {
  readonly client: Socket;
  readonly target: Socket;
  isMuted: boolean;
  isFrozen: boolean;
}

/** @param target a URL, or `host:port`. */
export async function startTcpProxy(target: string): Promise<TcpProxy> {
  const url = new URL(target.includes('://') ? target : `tcp://${target}`);
  const targetPort = Number(url.port) || defaultPorts[url.protocol];
  if (targetPort === undefined) throw new Error(`no port in ${target}`);
  const pairs = new Set<Pair>();
  let limit: number | undefined;
  let held: (() => void)[] | undefined;
  let isStalled = false;
  let delayMs = 0;

  const relay = (client: Socket): void => {
    const target = createConnection({ host: url.hostname, port: targetPort });
    const pair = { client, target, isMuted: false, isFrozen: false };
    const [toTarget, toClient] = [late(target), late(client)];
    let received = 0;
    pairs.add(pair);
    const close = (): void => {
      pairs.delete(pair);
      client.destroy();
      target.destroy();
    };
    for (const socket of [client, target]) socket.on('error', close);
    // What one side said before it left still arrives.
    client.on('close', () => toTarget(close));
    target.on('close', () => toClient(close));
    client.on('data', (chunk) => {
      if (!pair.isMuted) toTarget(() => target.write(chunk));
    });
    target.on('data', (chunk) => {
      received += chunk.length;
      if (pair.isFrozen) return;
      if (limit !== undefined && received > limit) close();
      else if (held) held.push(() => client.write(chunk));
      else toClient(() => client.write(chunk));
    });
    if (isStalled) pause(pair);
  };

  /** Runs what it is given in order, each after the delay of now. */
  const late = (socket: Socket): ((pass: () => unknown) => void) => {
    let due = 0;
    return (pass) => {
      const now = Date.now();
      if (delayMs === 0 && due <= now) {
        pass();
        return;
      }
      due = Math.max(due + 1, now + delayMs);
      setTimeout(() => socket.destroyed || pass(), due - now).unref();
    };
  };

  const listen = async (port: number): Promise<Server> => {
    const server = createServer(relay).listen(port, '127.0.0.1');
    await once(server, 'listening');
    return server;
  };
  let server = await listen(0);
  const { port } = server.address() as AddressInfo;
  const own = new URL(url);
  own.host = `127.0.0.1:${port}`;
  const cut = (): void => {
    for (const { client } of pairs) client.destroy();
  };

  return {
    address: target.includes('://') ? own.href : own.host,
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
    reset() {
      for (const { client, target } of pairs) {
        client.resetAndDestroy();
        target.resetAndDestroy();
      }
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
    stall() {
      isStalled = true;
      for (const pair of pairs) pause(pair);
    },
    resume() {
      isStalled = false;
      for (const { client, target } of pairs) {
        client.resume();
        target.resume();
      }
    },
    delay(ms) {
      delayMs = ms;
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

const defaultPorts: Readonly<Record<string, number>> = { 'amqp:': 5672, 'postgresql:': 5432 };

function pause({ client, target }: Pair): void {
  client.pause();
  target.pause();
}
