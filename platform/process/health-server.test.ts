import getPort from 'get-port';
import { afterEach, expect, it } from 'vitest';
import type { HealthServer } from './health-server.js';
import { startHealthServer } from './health-server.js';

let server: HealthServer | undefined;

afterEach(() => server?.close());

it('tells a process that lives from one that does its work', async () => {
  let isReady = false;
  const ask = await start(() => isReady);
  expect((await ask('/healthz')).status).toBe(200);
  const waiting = await ask('/readyz');
  expect([waiting.status, await waiting.json()]).toEqual([503, { state: 'as told' }]);
  isReady = true;
  expect((await ask('/readyz?verbose')).status).toBe(200);
  expect((await ask('/')).status).toBe(404);
});

it('serves the metrics in the form Prometheus asks for', async () => {
  const ask = await start(() => true);
  const response = await ask('/metrics');
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4');
  expect(await response.text()).toBe('up 1\n');
});

it('listens on the address it is given alone', async () => {
  await start(() => true);
  // Another address of this machine: one socket on all of them would answer here too.
  await expect(fetch(`http://127.0.0.2:${server?.port}/healthz`)).rejects.toThrow('fetch failed');
});

it('says what to do when its port is taken', async () => {
  await start(() => true);
  const again = startHealthServer({ ...options(() => true), port: server?.port ?? 0 });
  await expect(again).rejects.toThrow(/cannot be opened.*EADDRINUSE.*ss -ltnp/);
});

it('is off at port 0', async () => {
  expect(await startHealthServer({ ...options(() => true), port: 0 })).toBeUndefined();
});

function options(isReady: () => boolean) {
  return {
    host: '127.0.0.1',
    port: 0,
    health: () => ({ isReady: isReady(), report: { state: 'as told' } }),
    metrics: () => 'up 1\n',
  };
}

async function start(isReady: () => boolean): Promise<(path: string) => Promise<Response>> {
  server = await startHealthServer({ ...options(isReady), port: await getPort() });
  return (path) => fetch(`http://127.0.0.1:${server?.port}${path}`);
}
