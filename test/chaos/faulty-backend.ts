import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BackendFault } from './schedule.js';

/** Stands between the workers and the backend, and fails as told. */
export interface FaultyBackend {
  readonly url: string;
  fail(mode: BackendFault): Promise<void>;
  heal(): Promise<void>;
  close(): Promise<void>;
}

/** Longer than the workers wait for an answer. */
const neverMs = 30_000;
const slowMs = 4_000;

export async function startFaultyBackend(backendUrl: string): Promise<FaultyBackend> {
  let mode: BackendFault | undefined;

  const relay = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const failing = mode;
    const body = await readAll(request);
    if (failing === 'error-500') {
      answer(response, 500, '{"msg": "the chaos suite says no"}');
      return;
    }
    if (failing === 'slow') await sleep(slowMs);
    const forwarded = await fetch(`${backendUrl}${request.url}`, {
      method: request.method ?? 'POST',
      headers: { 'content-type': 'application/json' },
      body: new Uint8Array(body),
    });
    const text = await forwarded.text();
    if (failing === 'lost-answer') {
      await sleep(neverMs, undefined, { ref: false });
      response.destroy();
      return;
    }
    answer(response, forwarded.status, text);
  };

  const listen = async (port: number): Promise<Server> => {
    const listening = createServer((request, response) => {
      relay(request, response).catch(() => response.destroy());
    });
    listening.listen(port, '127.0.0.1');
    await once(listening, 'listening');
    return listening;
  };
  const end = async (ending: Server): Promise<void> => {
    const closed = once(ending, 'close');
    ending.close();
    ending.closeAllConnections();
    await closed;
  };
  let server: Server | undefined = await listen(0);
  const { port } = server.address() as AddressInfo;
  const heal = async (): Promise<void> => {
    mode = undefined;
    server ??= await listen(port);
  };
  return {
    url: `http://127.0.0.1:${port}`,
    async fail(next) {
      mode = next;
      if (next !== 'refused' || server === undefined) return;
      const ending = server;
      server = undefined;
      await end(ending);
    },
    heal,
    async close() {
      if (server !== undefined) await end(server);
    },
  };
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function answer(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(body);
}
