import { setTimeout as sleep } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { expect, test, vi } from 'vitest';
import { retriesUntilClosed } from './retries-until-closed.js';

test('no retry begins after the connection closed, though the clock of timers lags behind, as on a busy host', async () => {
  const uncaught: unknown[] = [];
  const note = (error: unknown) => uncaught.push(error);
  process.on('uncaughtException', note);
  try {
    const retries = retriesUntilClosed();
    // Nobody listens there, so every call is refused and tried again.
    const connection = Connection.lazy({ address: '127.0.0.1:1', interceptors: [...retries.interceptors] });
    for (let call = 0; call < 20; call += 1) {
      void connection.workflowService.getSystemInfo({}).catch(() => undefined);
    }
    await sleep(250);
    const precise = performance.now.bind(performance);
    vi.spyOn(performance, 'now').mockImplementation(() => precise() + 60);
    await retries.end();
    await connection.close();
    await sleep(300);
  } finally {
    vi.restoreAllMocks();
    process.off('uncaughtException', note);
  }
  expect(uncaught).toEqual([]);
});
