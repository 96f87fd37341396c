import { readFileSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { ServiceError } from './service-error.js';

/** Below the range from which kernels take ports for outgoing connections, so that a kept port stays free. */
const firstPort = 20_000;
const portCount = 10_000;

/**
 * One loopback port for each purpose. A port that was kept from the last time is used again where it is free; new ones
 * are looked for from a place that depends on the checkout, so that two checkouts seldom meet.
 */
export async function choosePorts(
  purposes: readonly string[],
  kept: Readonly<Record<string, number>>,
  seed: string,
  isFree: (port: number) => Promise<boolean> = isPortFree,
): Promise<Record<string, number>> {
  const chosen: Record<string, number> = {};
  const taken = new Set<number>();
  let next = Number.parseInt(seed.slice(0, 8), 16) % portCount;
  for (const purpose of purposes) {
    const old = kept[purpose];
    let port = old !== undefined && !taken.has(old) && (await isFree(old)) ? old : undefined;
    for (let tried = 0; port === undefined && tried < portCount; tried += 1) {
      const candidate = firstPort + next;
      next = (next + 1) % portCount;
      const isKept = Object.values(kept).includes(candidate);
      if (!taken.has(candidate) && !isKept && (await isFree(candidate))) port = candidate;
    }
    if (port === undefined) {
      throw new ServiceError(`No loopback port from ${firstPort} to ${firstPort + portCount - 1} is free.`, {
        remedy: 'See who listens: ss -ltnp',
      });
    }
    taken.add(port);
    chosen[purpose] = port;
  }
  return chosen;
}

/** Whether somebody accepts connections there. */
export function isListening(port: number, host = '127.0.0.1'): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ port, host, timeout: 1_000 });
    const answer = (value: boolean) => () => {
      socket.destroy();
      resolve(value);
    };
    socket.once('connect', answer(true));
    socket.once('error', answer(false));
    socket.once('timeout', answer(false));
  });
}

/** A socket that listens: its number in the kernel tells it from another program's on the same port later. */
export interface ListeningSocket {
  readonly port: number;
  readonly inode: string;
}

/** Who listens on one of these ports, whatever the address and whoever the owner. */
export function listeningSockets(ports: readonly number[]): readonly ListeningSocket[] {
  return ['/proc/net/tcp', '/proc/net/tcp6'].flatMap(readSockets).filter(({ port }) => ports.includes(port));
}

/** Columns as in proc_pid_net(5): 1 is the local address and port in hexadecimal, 3 the state, 9 the inode. */
function readSockets(table: string): readonly ListeningSocket[] {
  return tableOf(table)
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((columns) => columns[3] === listenState)
    .map(([, address = '', , , , , , , , inode = '']) => ({
      port: Number.parseInt(address.split(':')[1] ?? '', 16),
      inode,
    }));
}

const listenState = '0A';

/** Empty without IPv6. */
function tableOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** Whether a program could listen there now; another may be sooner. */
export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
