import fc from 'fast-check';
import { expect, test } from 'vitest';
import { backoffDelayMs, reconnectBackoff } from './backoff.js';

test('delays double up to the maximum', () => {
  const delays = [1, 2, 3, 4, 5, 6, 7, 8].map((attempt) => backoffDelayMs(reconnectBackoff, attempt, 0));
  expect(delays).toEqual([200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000]);
});

test('a delay is never above the maximum and never a busy loop, whatever the attempt and the chance', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 1_000_000 }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (attempt, random) => {
        const delay = backoffDelayMs(reconnectBackoff, attempt, random);
        return (
          delay <= reconnectBackoff.maximumMs &&
          delay >= reconnectBackoff.initialMs * (1 - reconnectBackoff.jitter)
        );
      },
    ),
  );
});
