import { afterEach, expect, test } from 'vitest';
import type { SearchAttributeName } from '../domain/grading/grading-workflow.js';
import { createLogger } from '../platform/process/logger.js';
import type { SearchAttributeWatch } from './search-attribute-watch.js';
import { watchSearchAttributes } from './search-attribute-watch.js';

let watch: SearchAttributeWatch | undefined;
afterEach(() => watch?.close());

function world(usable: readonly SearchAttributeName[], mayMake = true) {
  const state = { missing: [] as SearchAttributeName[] | undefined, looks: 0, made: 0 };
  watch = watchSearchAttributes({
    usable,
    missing: async () => {
      state.looks += 1;
      return state.missing;
    },
    ensure: async () => {
      state.made += 1;
      if (mayMake) state.missing = [];
      return new Set(usable.filter((name) => !state.missing?.includes(name)));
    },
    log: createLogger({ name: 'test', level: 'silent', format: 'json' }),
    everyMs: 5,
  });
  return state;
}

test('one that is removed is made again', async () => {
  const state = world(['Verdict', 'Score']);
  state.missing = ['Verdict'];
  await expect.poll(() => state.made).toBe(1);
  expect(watch?.usable()).toEqual(['Verdict', 'Score']);
});

test('one that cannot be made again is not set by the gradings that follow, nor asked for without an end', async () => {
  const state = world(['Verdict', 'Score'], false);
  state.missing = ['Verdict'];
  await expect.poll(() => watch?.usable()).toEqual(['Score']);
  const { looks } = state;
  await expect.poll(() => state.looks).toBeGreaterThan(looks + 3);
  expect(state.made).toBe(1);
});

test('one that was never there is left alone, and so are all where nobody may look', async () => {
  const state = world(['Score']);
  state.missing = ['Verdict'];
  await expect.poll(() => state.looks).toBeGreaterThan(3);
  state.missing = undefined;
  const { looks } = state;
  await expect.poll(() => state.looks).toBeGreaterThan(looks + 3);
  expect(state.made).toBe(0);
});
