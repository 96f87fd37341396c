import { afterEach, expect, test } from 'vitest';
import { createLogger } from '../platform/process/logger.js';
import type { NamespaceWatch } from './namespace-watch.js';
import { watchNamespace } from './namespace-watch.js';

class Missing extends Error {}
let watch: NamespaceWatch | undefined;
afterEach(() => watch?.close());

function world(mayMake: () => boolean) {
  const state = { isThere: true, failure: undefined as Error | undefined, remade: 0, id: 1, replaced: 0 };
  watch = watchNamespace({
    look: async () => {
      if (state.failure) throw state.failure;
      if (!state.isThere) throw new Missing('no namespace');
      return String(state.id);
    },
    remake: async () => {
      state.remade += 1;
      if (!mayMake()) throw new Error('permission denied');
      state.isThere = true;
      state.id += 1;
    },
    onReplaced: () => {
      state.replaced += 1;
    },
    isMissing: (error) => error instanceof Missing,
    log: createLogger({ name: 'test', level: 'silent', format: 'json' }),
    everyMs: 5,
  });
  return state;
}

test('a namespace that goes is made again', async () => {
  const state = world(() => true);
  await new Promise((resolve) => setTimeout(resolve, 20));
  state.isThere = false;
  await expect.poll(() => state.remade).toBe(1);
  await expect.poll(() => watch?.unavailableReason()).toBeUndefined();
  expect(state.replaced).toBe(1);
});

test('one that may not be made is the reason until somebody makes it', async () => {
  const state = world(() => false);
  state.isThere = false;
  await expect.poll(() => watch?.unavailableReason()).toBe('no namespace');
  await expect.poll(() => state.remade).toBeGreaterThan(2);
  state.isThere = true;
  await expect.poll(() => watch?.unavailableReason()).toBeUndefined();
});

test('one that somebody else made again between two looks is told, once', async () => {
  const state = world(() => true);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(state.replaced).toBe(0);
  state.id = 7;
  await expect.poll(() => state.replaced).toBe(1);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(state).toMatchObject({ replaced: 1, remade: 0 });
});

test('a server that is down, or does not let us look, is no missing namespace', async () => {
  const state = world(() => true);
  state.failure = new Error('unavailable');
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(watch?.unavailableReason()).toBeUndefined();
  expect(state.remade).toBe(0);
});
