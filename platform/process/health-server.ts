import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { errorText } from '../../domain/errors/error-text.js';

/** What a process says of itself. */
export interface Health {
  /** Whether it does its work. */
  readonly isReady: boolean;
  /** False when it does not come back by itself, so that a supervisor may restart it; default: true. */
  readonly isAlive?: boolean;
  /** The whole story, as JSON. */
  readonly report: object;
}

export interface HealthServerOptions {
  readonly host: string;
  /** 0 is off. */
  readonly port: number;
  readonly health: () => Health;
  /** In Prometheus' text form. */
  readonly metrics: () => string;
}

export interface HealthServer {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * `/healthz`: 200 while the process is alive, its event loop turns and `isAlive`. `/readyz`: 200 only while it does its work, else 503. Both
 * answer with the report. `/metrics`: for Prometheus.
 * @returns undefined when it is off. @throws Error when the port is taken.
 */
export async function startHealthServer(options: HealthServerOptions): Promise<HealthServer | undefined> {
  if (options.port === 0) return undefined;
  const server = createServer((request, response) => {
    const { code, type, body } = answer(options, request.url ?? '/');
    response.writeHead(code, { 'content-type': type, connection: 'close' });
    response.end(body);
  });
  server.listen(options.port, options.host);
  try {
    await once(server, 'listening');
  } catch (cause) {
    const reason = errorText(cause);
    throw new Error(
      `The health port cannot be opened: ${reason}. Another process has it, or HEALTH_HOST is no address of this machine. See: ss -ltnp | grep ${options.port}`,
      { cause },
    );
  }
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

interface Answer {
  readonly code: number;
  readonly type: string;
  readonly body: string;
}

function answer({ health, metrics }: HealthServerOptions, url: string): Answer {
  const json = (code: number, body: object): Answer => ({
    code,
    type: 'application/json',
    body: `${JSON.stringify(body)}\n`,
  });
  const [path] = url.split('?');
  if (path === '/metrics') return { code: 200, type: 'text/plain; version=0.0.4', body: metrics() };
  const { isReady, isAlive = true, report } = health();
  if (path === '/healthz') return json(isAlive ? 200 : 503, report);
  if (path === '/readyz') return json(isReady ? 200 : 503, report);
  return json(404, { error: 'not found; there are /healthz, /readyz and /metrics' });
}
