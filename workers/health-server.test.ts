import { expect, it } from 'vitest';
import { startHealthServer } from './health-server.js';

it('tells a process that lives from one that takes work', async () => {
  let ready = false;
  const server = await startHealthServer(0, () => ready);
  const ask = async (path: string) => (await fetch(`http://127.0.0.1:${server.port}${path}`)).status;
  try {
    expect(await ask('/healthz')).toBe(200);
    expect(await ask('/readyz')).toBe(503);
    ready = true;
    expect(await ask('/readyz')).toBe(200);
    expect(await ask('/')).toBe(404);
  } finally {
    await server.close();
  }
});

it('listens on the loopback alone', async () => {
  const server = await startHealthServer(0, () => true);
  try {
    // Another address of this machine: one socket on all of them would answer here too.
    await expect(fetch(`http://127.0.0.2:${server.port}/healthz`)).rejects.toThrow('fetch failed');
  } finally {
    await server.close();
  }
});
