import { expect, test } from 'vitest';
import { heardFrom } from './silent-workers.js';

const now = new Date('2026-03-01T09:00:00Z');
const heard = (secondsAgo: number, hasStopped = false) => ({
  hostQueue: 'grading-host-a',
  machine: 'a',
  startedAt: now,
  seenAt: new Date(now.getTime() - secondsAgo * 1000),
  running: 0,
  processor: 0,
  memory: 0,
  hasStopped,
});

test.each([
  ['says nothing for more than a minute', heard(61), 'silent'],
  ['was heard a moment ago', heard(30), 'current'],
  ['said that it stops', heard(61, true), 'neither'],
  ['was taken away an hour ago', heard(3_600), 'neither'],
  ['has a clock that is ahead', heard(-40), 'current'],
])('a worker that %s', (_what, worker, expected) => {
  const { current, silent } = heardFrom([worker], now);
  expect({ current: current.length, silent: silent.length }).toEqual({
    current: expected === 'current' ? 1 : 0,
    silent: expected === 'silent' ? 1 : 0,
  });
});
