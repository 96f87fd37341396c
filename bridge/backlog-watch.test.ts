import { expect, test, vi } from 'vitest';
import { createBacklogWatch } from './backlog-watch.js';

test('a burst is not started whole before its backlog is seen, however late the server counts', () => {
  let time = 0;
  const limit = 50;
  const watch = createBacklogWatch({
    read: async () => ({ count: 0, oldestMs: 0 }),
    isWanted: () => true,
    limit,
    now: () => time,
  });
  const burst = () => {
    let started = 0;
    while (started < 130 && watch.mayStart()) started += 1;
    return started;
  };
  // No look comes: between two of them, no more than the limit and one.
  expect(burst()).toBe(limit + 1);
  expect(watch.count()).toBe(limit + 1);
  time = 2_900;
  expect(burst()).toBe(0);
  // By then the server has counted them, or they are under way.
  time = 3_001;
  expect(burst()).toBe(limit + 1);
});

test('looks that see nothing of what was started do not let a burst through', async () => {
  const watch = createBacklogWatch({
    read: async () => ({ count: 0, oldestMs: 0 }),
    isWanted: () => true,
    limit: 5,
  });
  let started = 0;
  watch.start(() => undefined);
  const end = Date.now() + 2_500;
  const began = Date.now();
  while (Date.now() < end) {
    if (watch.mayStart()) started += 1;
    await new Promise((resolve) => setTimeout(resolve, 5));
    // A host that stands still is not what is tested here.
    if (Date.now() - began > 2_900) break;
  }
  watch.close();
  expect(started).toBeLessThanOrEqual(11);
});

test('what waits in Temporal counts as well', async () => {
  let asked: () => void = () => undefined;
  const looked = new Promise<void>((resolve) => {
    asked = resolve;
  });
  const watch = createBacklogWatch({
    read: async () => ({ count: 48, oldestMs: 0 }),
    isWanted: () => true,
    limit: 50,
  });
  watch.start(asked);
  await looked;
  expect([1, 2, 3, 4].map(() => watch.mayStart())).toEqual([true, true, true, false]);
  watch.close();
});

test('an idle bridge asks every few seconds, and every second from a start on, while anything waits', async () => {
  vi.useFakeTimers();
  let looks = 0;
  let waiting = 0;
  const watch = createBacklogWatch({
    read: async () => {
      looks += 1;
      return { count: waiting, oldestMs: 0 };
    },
    isWanted: () => true,
    limit: 50,
    now: Date.now,
  });
  const looksWithin = async (ms: number): Promise<number> => {
    const before = looks;
    await vi.advanceTimersByTimeAsync(ms);
    return looks - before;
  };
  try {
    watch.start(() => undefined);
    await vi.advanceTimersByTimeAsync(11_000);
    expect(await looksWithin(60_000)).toBe(12);
    waiting = 3;
    watch.mayStart();
    expect(await looksWithin(60_000)).toBe(60);
    waiting = 0;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(await looksWithin(60_000)).toBe(12);
  } finally {
    watch.close();
    vi.useRealTimers();
  }
});
