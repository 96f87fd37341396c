import { once } from 'node:events';
import type { Server } from 'node:http';
import { createServer } from 'node:http';

export interface HealthServer {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * `/healthz` answers while the process lives, `/readyz` only while it takes work. On the loopback only.
 * @param report added to both.
 */
export async function startHealthServer(
  port: number,
  isReady: () => boolean,
  report: () => object = () => ({}),
): Promise<HealthServer> {
  const server = createServer((request, response) => {
    const status = statusOf(request.url ?? '/', isReady);
    response.writeHead(status.code, { 'content-type': 'application/json', connection: 'close' });
    response.end(`${JSON.stringify({ status: status.text, ...report() })}\n`);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return { port: portOf(server, port), close: () => closed(server) };
}

function statusOf(url: string, isReady: () => boolean): { code: number; text: string } {
  const [path] = url.split('?');
  if (path === '/healthz') return { code: 200, text: 'alive' };
  if (path !== '/readyz') return { code: 404, text: 'try /healthz or /readyz' };
  return isReady() ? { code: 200, text: 'ready' } : { code: 503, text: 'not polling' };
}

function portOf(server: Server, asked: number): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : asked;
}

async function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise<void>((resolve) => server.close(() => resolve()));
}
