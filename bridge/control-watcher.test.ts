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

function watch(store: ReturnType<typeof fakeControlStore>, remakeNamespace = async () => undefined) {
  watcher = createControlWatcher({
    store,
    remakeNamespace,
    file: { read: () => held, write: () => undefined },
    fallback: { mode: 'equal', share: 0, salt: 's' },
    failOpenAfterMs: 5_000,
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
