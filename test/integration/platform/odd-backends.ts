import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer as createTcpServer } from 'node:net';
import type { GradingResult } from '../../../domain/judging/submission.js';
import { createBackendClient } from '../../../platform/backend/backend-client.js';
import type { BackendError } from '../../../platform/backend/backend-error.js';
import type { AnswerRule } from '../../../platform/backend/judge-answer.js';
import { Secret } from '../../../platform/settings/secret.js';

/* Backends that answer as a test wants, and the client that has a result to tell. */

const servers: Server[] = [];
const sockets = new Set<Socket>();
const result: GradingResult = { overallStatus: 'Accepted', results: [] };
export const acceptance = '{"msg": "Result updated successfully"}';

/** After each test. */
export function closeBackends(): void {
  for (const socket of sockets) socket.destroy();
  for (const server of servers.splice(0)) server.close();
}

export function post(
  url: string,
  { rule = 'contract', timeoutMs = 5_000 }: { readonly rule?: AnswerRule; readonly timeoutMs?: number } = {},
) {
  const resultPath = '/internal/submissions/{submission_id}/result';
  const client = createBackendClient({ baseUrl: new Secret(url), resultPath, answer: rule, timeoutMs });
  return client.postResult(7, result, new AbortController().signal);
}

export function failure(posting: Promise<unknown>): Promise<BackendError> {
  return posting.then(
    () => {
      throw new Error('The result was taken.');
    },
    (error: BackendError) => error,
  );
}

export function answering(
  status: number,
  body: string | Buffer,
  headers: Record<string, string> = {},
): RequestListener {
  return (request, response) => {
    request.resume();
    response.writeHead(status, headers).end(body);
  };
}

export function serve(listener: RequestListener): Promise<string> {
  return listen(createServer(listener));
}

/** What the socket gets once the request is there. */
export function serveRaw(reply: (socket: Socket) => void): Promise<string> {
  return listen(
    createTcpServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => reply(socket));
    }),
  );
}

export async function listen(server: Server): Promise<string> {
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
