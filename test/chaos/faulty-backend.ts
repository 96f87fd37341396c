import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** `answer lost` and `too late`: the verdict is stored, and the worker does not hear of it in time. */
export type BackendFault =
  | 'error 500'
  | 'unavailable 503'
  | 'busy 429'
  | 'rejected 400'
  | 'foreign 404'
  | 'answer lost'
  | 'slow'
  | 'too late'
  | 'refused'
  | 'redirect'
  | 'login page'
  | 'no content'
  | 'endless';

/** A verdict the backend has stored, as it was told. */
export interface Delivery {
  readonly id: number;
  readonly at: number;
  readonly verdict: string;
  /** Status of each test, and what it printed. */
  readonly results: readonly { readonly status: string; readonly output: string | null }[];
}

/** Stands between the workers and the backend, and fails as told. */
export interface FaultyBackend {
  readonly url: string;
  /** In the order in which the backend took them. */
  readonly deliveries: readonly Delivery[];
  fail(mode: BackendFault): Promise<void>;
  heal(): Promise<void>;
  close(): Promise<void>;
}

/** Longer than the workers wait for an answer. */
const neverMs = 30_000;
const tooLateMs = 12_000;
const slowMs = 4_000;

interface CannedAnswer {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const json = { 'content-type': 'application/json' };
const html = { 'content-type': 'text/html' };
const loginPage = '<!doctype html><title>Sign in</title><form>please log in</form>';

/** Answers that keep the verdict from the backend. */
const canned: Partial<Record<BackendFault, CannedAnswer>> = {
  'error 500': { status: 500, body: '{"msg": "the chaos suite says no"}' },
  'unavailable 503': { status: 503, body: 'no healthy upstream', headers: { 'content-type': 'text/plain' } },
  'busy 429': { status: 429, body: '{"msg": "slow down"}', headers: { ...json, 'retry-after': '3' } },
  'rejected 400': { status: 400, body: '{"msg": "cannot be stored"}' },
  'foreign 404': { status: 404, body: '<h1>404 Not Found</h1>', headers: html },
  redirect: { status: 302, body: loginPage, headers: { ...html, location: '/login' } },
  'login page': { status: 200, body: loginPage, headers: html },
  'no content': { status: 204, body: '' },
};

export async function startFaultyBackend(
  backendUrl: string,
  onDelivery: (delivery: Delivery) => void = () => undefined,
): Promise<FaultyBackend> {
  const deliveries: Delivery[] = [];
  let mode: BackendFault | undefined;

  const relay = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const failing = mode;
    const body = await readAll(request);
    // Where a redirect leads to.
    if (request.url === '/login') return answer(response, { status: 200, body: loginPage, headers: html });
    const instead = failing === undefined ? undefined : canned[failing];
    if (instead !== undefined) return answer(response, instead);
    if (failing === 'endless') return answerForEver(response);
    if (failing === 'slow') await sleep(slowMs);
    const forwarded = await fetch(`${backendUrl}${request.url}`, {
      method: request.method ?? 'POST',
      headers: json,
      body: new Uint8Array(body),
    });
    const text = await forwarded.text();
    if (forwarded.ok) note(request.url ?? '', body);
    if (failing === 'answer lost') {
      await sleep(neverMs, undefined, { ref: false });
      response.destroy();
      return;
    }
    if (failing === 'too late') await sleep(tooLateMs, undefined, { ref: false });
    answer(response, { status: forwarded.status, body: text });
  };
  const note = (path: string, body: Buffer): void => {
    const delivery = toDelivery(path, body);
    deliveries.push(delivery);
    onDelivery(delivery);
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
    deliveries,
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

function toDelivery(path: string, body: Buffer): Delivery {
  const { overall_status, results } = JSON.parse(body.toString()) as {
    overall_status: string;
    results: { status: string; output_received?: string | null }[];
  };
  return {
    id: Number(/\d+/.exec(path)?.[0]),
    at: Date.now(),
    verdict: overall_status,
    results: results.map(({ status, output_received }) => ({ status, output: output_received ?? null })),
  };
}

async function readAll(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function answer(response: ServerResponse, { status, body, headers = json }: CannedAnswer): void {
  response.writeHead(status, headers);
  response.end(body);
}

/** Begins as the right answer does, and goes on until the other side has had enough. */
async function answerForEver(response: ServerResponse): Promise<void> {
  response.writeHead(200, json);
  response.write('{"msg": "Result updated successfully"');
  while (!response.destroyed) {
    response.write(`${' '.repeat(64 * 1024)}\n`);
    await sleep(50, undefined, { ref: false });
  }
}
