import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createDatabase } from '../platform/postgres/database.js';
import type { Logger } from '../platform/process/logger.js';
import { createLogger } from '../platform/process/logger.js';
import { Secret } from '../platform/settings/secret.js';
import type { Answer } from './routes.js';
import { answerFor, createRoutes, HttpError } from './routes.js';
import { createSubmissionPublisher } from './submission-publisher.js';

export interface ReferenceBackendOptions {
  readonly databaseUrl: string;
  readonly amqpUrl: string;
  readonly queue: string;
  /** Address to listen on; the loopback when not given. */
  readonly host?: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Silent when not given. */
  readonly log?: Logger;
}

export interface ReferenceBackend {
  readonly url: string;
  close(): Promise<void>;
}

const maximumBodyBytes = 64 * 1024 * 1024;

/**
 * A small backend with the platform's contract (§2, §4), for the demo and the tests; the engine never needs it.
 * Database and broker may be down at start.
 * @throws Error when the port is taken.
 */
export async function startReferenceBackend(options: ReferenceBackendOptions): Promise<ReferenceBackend> {
  const log = options.log ?? createLogger({ name: 'reference-backend', level: 'silent', format: 'json' });
  const database = createDatabase({
    url: new Secret(options.databaseUrl),
    applicationName: 'reference-backend',
    log,
  });
  const publisher = createSubmissionPublisher(new Secret(options.amqpUrl), options.queue);
  const routes = createRoutes(database, publisher, log);

  const answer = async (request: IncomingMessage): Promise<Answer> => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    for (const route of routes) {
      const match = route.method === request.method ? route.path.exec(path) : null;
      if (match) return route.handle(Number(match[1] ?? 0), await readJson(request));
    }
    throw new HttpError(404, `There is no ${request.method} ${path}`);
  };

  const server = createServer((request, response) => {
    void answer(request)
      .catch((error: unknown) => {
        const failure = answerFor(error);
        if (failure.status >= 500) log.error({ err: error, path: request.url }, 'request failed');
        return failure;
      })
      .then(({ status, body }) => {
        response.writeHead(status, { 'content-type': 'application/json' });
        response.end(JSON.stringify(body));
      });
  });
  // A connection that is closed the moment a caller uses it again fails its request: by default after 5 s already.
  server.keepAliveTimeout = 60_000;
  server.listen(options.port, options.host ?? '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  log.info({ port, queue: options.queue }, 'reference backend listens');
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      server.close();
      server.closeAllConnections();
      await Promise.all([publisher.close(), database.close()]);
    },
  };
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maximumBodyBytes)
      throw new HttpError(413, `The body has more than ${maximumBodyBytes} bytes`);
    chunks.push(chunk);
  }
  if (bytes === 0) return undefined;
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw new HttpError(400, 'The body is not JSON');
  }
}
