import { afterEach, expect, test } from 'vitest';
import type { PollWatch } from './poll-watch.js';
import { watchPolls } from './poll-watch.js';

class Refused extends Error {}
let watch: PollWatch | undefined;
afterEach(() => watch?.close());

function world(failure?: Error) {
  const state = { last: 0, isStuck: false, isBusy: false, failure, looks: 0 };
  watch = watchPolls({
    queue: 'grading-host-a',
    lastPoll: async () => {
      state.looks += 1;
      if (state.failure) throw state.failure;
      if (!state.isStuck) state.last += 1;
      return new Date(state.last);
    },
    isBusy: () => state.isBusy,
    isRefusal: (error) => error instanceof Refused,
    everyMs: 5,
    silentMs: 100,
  });
  return state;
}

const reason = () => watch?.unavailableReason();

test('polls that do not arrive any more are named with their queue, until they do', async () => {
  const state = world();
  await expect.poll(() => state.looks).toBeGreaterThan(2);
  expect(reason()).toBeUndefined();
  state.isStuck = true;
  await expect.poll(reason).toMatch(/^no poll of grading-host-a has reached Temporal/);
  state.isStuck = false;
  await expect.poll(reason).toBeUndefined();
});

test('a worker with work may have no room to poll', async () => {
  const state = world();
  Object.assign(state, { isStuck: true, isBusy: true });
  await new Promise((resolve) => setTimeout(resolve, 250));
  expect(reason()).toBeUndefined();
  state.isBusy = false;
  await expect.poll(reason).toMatch(/^no poll of grading-host-a/);
});

test('a server that does not answer is told from the second look on', async () => {
  const state = world();
  await expect.poll(() => state.looks).toBeGreaterThan(2);
  state.failure = new Refused('the right was taken');
  await expect.poll(reason).toMatch(/refuses: the right was taken/);
  state.failure = undefined;
  await expect.poll(reason).toBeUndefined();
});

test('a role that was never let look says nothing about the polls', async () => {
  const state = world(new Refused('no right to look'));
  await expect.poll(() => state.looks).toBeGreaterThan(5);
  expect(reason()).toBeUndefined();
});
