import { once } from 'node:events';
import type { Server } from 'node:http';
import { createServer } from 'node:http';
import type { BridgeReport } from '../domain/bridge-report.js';
import { renderMetrics } from './metrics.js';

/**
 * `/healthz`: the process is alive and its event loop turns. `/readyz`: 200 only while it does what it was told, else
 * 503. Both answer with the report as JSON. `/metrics`: the same for Prometheus. On the loopback only.
 * @param port 0 is off.
 * @throws Error when the port is taken.
 */
export async function startHealthServer(
  port: number,
  report: () => BridgeReport,
): Promise<Server | undefined> {
  if (port === 0) return undefined;
  const server = createServer((request, response) => {
    const now = report();
    if (request.url === '/metrics') {
      response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' });
      response.end(renderMetrics(now));
      return;
    }
    const isKnown = request.url === '/healthz' || request.url === '/readyz';
    const isReady = request.url === '/healthz' || now.isHealthy;
    response.writeHead(isKnown ? (isReady ? 200 : 503) : 404, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify(isKnown ? now : { error: 'not found; there are /healthz, /readyz and /metrics' }),
    );
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
