import { once } from 'node:events';
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { BridgeHealth } from './bridge.js';

/**
 * `/healthz`: the process is alive and its event loop turns. `/readyz`: 200 only while it consumes, else 503.
 * Both answer with the state and the counts as JSON. On the loopback only.
 * @param port 0 is off.
 * @throws Error when the port is taken.
 */
export async function startHealthServer(
  port: number,
  health: () => BridgeHealth,
): Promise<Server | undefined> {
  if (port === 0) return undefined;
  const server = createServer((request, response) => {
    const state = health();
    const isKnown = request.url === '/healthz' || request.url === '/readyz';
    const isReady = request.url === '/healthz' || state.state === 'consuming';
    response.writeHead(isKnown ? (isReady ? 200 : 503) : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(isKnown ? state : { error: 'not found; there are /healthz and /readyz' }));
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
