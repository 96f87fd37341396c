import { expect, test } from 'vitest';
import { silentWorkers } from './silent-workers.js';

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
  ['says nothing for more than a minute', heard(61), 1],
  ['was heard a moment ago', heard(30), 0],
  ['said that it stops', heard(61, true), 0],
  ['was taken away an hour ago', heard(3_600), 0],
  ['has a clock that is ahead', heard(-40), 0],
])('a worker that %s', (_what, worker, silent) => expect(silentWorkers([worker], now)).toHaveLength(silent));
