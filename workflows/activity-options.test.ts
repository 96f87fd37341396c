import type { ActivityOptions } from '@temporalio/workflow';
import { describe, expect, it } from 'vitest';
import { acquiring, loading, notifying, recording } from './activity-options.js';

/** What is waited for as long as it takes. */
const patient = { loading, acquiring, recording, notifying };

describe.each(Object.entries(patient))('%s', (_name, options: ActivityOptions) => {
  it('has no limit on attempts and none on the time of all of them together', () => {
    expect(options.retry?.maximumAttempts).toBeUndefined();
    expect(options.scheduleToCloseTimeout).toBeUndefined();
  });
});

it('a backend that is down for a day is told within a minute of its return, an attempt and its answer included, after some 2 000 attempts', () => {
  const initialMs = milliseconds(notifying.retry?.initialInterval);
  const maximumMs = milliseconds(notifying.retry?.maximumInterval);
  // The server's own factor where none is set.
  const factor = notifying.retry?.backoffCoefficient ?? 2;
  let attempts = 0;
  let pauseMs = initialMs;
  for (let elapsedMs = 0; elapsedMs < 24 * 3_600_000; elapsedMs += pauseMs) {
    attempts += 1;
    pauseMs = Math.min(maximumMs, initialMs * factor ** (attempts - 1));
  }
  const attemptMs = milliseconds(notifying.startToCloseTimeout);
  expect(pauseMs + attemptMs).toBeLessThanOrEqual(60_000);
  expect(attempts).toBeGreaterThan(1_800);
  expect(attempts).toBeLessThan(2_000);
});

function milliseconds(duration: unknown): number {
  const [, count, unit] = /^(\d+)(ms|s|m)$/.exec(String(duration)) ?? [];
  return Number(count) * { ms: 1, s: 1_000, m: 60_000 }[unit as 'ms' | 's' | 'm'];
}
