import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import type { AddressInfo, Server } from 'node:net';
import { createServer } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** This host and this process, as an attack would change them. */
export interface HostWatch {
  /** TCP and UDP on every address, and the end of an abstract socket's name. */
  readonly port: number;
  /** Connections and datagrams that arrived, whoever sent them. */
  arrived(): number;
  /** MiB of heap and of resident memory above those at the start. */
  growth(): { heapMb: number; residentMb: number };
  close(): Promise<void>;
}

export async function watchHost(): Promise<HostWatch> {
  let arrivals = 0;
  const arrive = () => {
    arrivals += 1;
  };
  const tcp = createServer(arrive);
  await listen(tcp, () => tcp.listen(0));
  const { port } = tcp.address() as AddressInfo;
  const abstract = createServer(arrive);
  await listen(abstract, () => abstract.listen(`\0grading-attack-${port}`));
  const udp = createSocket('udp4', arrive);
  udp.bind(port);
  await once(udp, 'listening');
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  const measure = () => {
    collectGarbage();
    const { heapUsed, rss } = process.memoryUsage();
    return { heapUsed, rss };
  };
  const start = measure();
  return {
    port,
    arrived: () => arrivals,
    growth() {
      const now = measure();
      return {
        heapMb: (now.heapUsed - start.heapUsed) / 2 ** 20,
        residentMb: (now.rss - start.rss) / 2 ** 20,
      };
    },
    async close() {
      udp.close();
      for (const server of [tcp, abstract]) await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Processes of one user on this host, by number; those of a Docker engine elsewhere are not seen. */
export async function processesOf(uid: number): Promise<string[]> {
  const found: string[] = [];
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
    if (status.includes(`\nUid:\t${uid}\t`)) found.push(`${pid} ${status.split('\n', 1)[0]}`);
  }
  return found;
}

async function listen(server: Server, begin: () => void): Promise<void> {
  begin();
  await once(server, 'listening');
}
