import { NamespaceNotFoundError } from '@temporalio/common';
import { afterEach, expect, test, vi } from 'vitest';
import type { BridgeControl } from '../domain/cutover/bridge-control.js';
import { ControlConflictError } from '../domain/cutover/control-conflict-error.js';
import { createLogger } from '../platform/process/logger.js';
import { fakeControlStore } from '../test/fakes/fake-control-store.js';
import type { ControlWatcher } from './control-watcher.js';
import { createControlWatcher } from './control-watcher.js';

const held: BridgeControl = {
  ...{ mode: 'router', share: 2500, salt: 's', version: 5 },
  ...{ at: '2026-01-01T00:00:00.000Z', by: 'alice', why: 'a quarter' },
};
let watcher: ControlWatcher | undefined;

afterEach(() => watcher?.close());

function watch(
  store: ReturnType<typeof fakeControlStore>,
  remakeNamespace = async () => undefined,
  failOpenAfterMs = 5_000,
) {
  watcher = createControlWatcher({
    store,
    remakeNamespace,
    file: { read: () => held, write: () => undefined },
    fallback: { mode: 'equal', share: 0, salt: 's' },
    failOpenAfterMs,
    log: createLogger({ name: 'test', level: 'silent', format: 'json' }),
  });
  return watcher;
}

test('a bridge writes the setting it holds into a namespace that knows of none', async () => {
  const store = fakeControlStore();
  await watch(store).start(() => undefined);
  expect(await store.newest()).toMatchObject({
    mode: 'router',
    share: 2500,
    salt: 's',
    by: 'alice',
    version: 1,
  });
  expect(watcher?.current().version).toBe(1);
});

test('a bridge makes a namespace that is missing, and its setting is in it then', async () => {
  const store = fakeControlStore();
  let isMissing = true;
  const missing = () => Promise.reject(new NamespaceNotFoundError('grading'));
  const remade = vi.fn(async () => {
    isMissing = false;
    return undefined;
  });
  const newest = vi.spyOn(store, 'newest');
  newest.mockImplementation(() => (isMissing ? missing() : store.newerThan(0)));
  await watch(store, remade).start(() => undefined);
  expect(remade).toHaveBeenCalledOnce();
  await expect.poll(() => store.newest()).toMatchObject({ share: 2500 });
});

test('of two bridges that restore a setting, the second takes what the first has written', async () => {
  const store = fakeControlStore();
  vi.spyOn(store, 'follow').mockImplementationOnce(async () => {
    store.order({ mode: 'off' });
    throw new ControlConflictError('taken');
  });
  await watch(store).start(() => undefined);
  await expect.poll(() => watcher?.current().mode).toBe('off');
});

test('a setting that others made is taken over, and nothing is written', async () => {
  const store = fakeControlStore();
  const other = store.order({ mode: 'standby' });
  await watch(store).start(() => undefined);
  expect(watcher?.current()).toEqual(other);
  expect(await store.history(10)).toEqual([other]);
});

test.each([
  ['a clock that is put forward', [Date]],
  ['a standstill of this process', [Date, performance]],
])('%s is no silence of Temporal: nothing is handed to the legacy workers for it', async (_what, clocks) => {
  await watch(fakeControlStore()).start(() => undefined);
  const later = clocks.map((clock) => {
    const now = clock.now.bind(clock);
    return vi.spyOn(clock, 'now').mockImplementation(() => now() + 3_600_000);
  });
  try {
    expect(watcher?.failOpenMs()).toBeUndefined();
  } finally {
    for (const spy of later) spy.mockRestore();
  }
});

test('a clock that is put back keeps no message from the legacy workers while Temporal is silent', async () => {
  const store = fakeControlStore();
  const watching = watch(store, undefined, 300);
  await watching.start(() => undefined);
  const silent = () => Promise.reject(new Error('no answer'));
  vi.spyOn(store, 'newest').mockImplementation(silent);
  vi.spyOn(store, 'newerThan').mockImplementation(silent);
  const now = Date.now.bind(Date);
  const back = vi.spyOn(Date, 'now').mockImplementation(() => now() - 3_600_000);
  try {
    await expect.poll(() => watching.failOpenMs(), { timeout: 5_000 }).toBeGreaterThan(300);
  } finally {
    back.mockRestore();
  }
});
