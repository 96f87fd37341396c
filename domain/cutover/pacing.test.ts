import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Pace } from './pacing.js';
import { freshPace, paceAfter, pacedPrefetch } from './pacing.js';

/** The others take one message each `serviceMs`; we take the head of the queue whenever we may. @returns our part. */
function simulate(share: number, messages: number, serviceMs: number): number {
  let pace: Pace = freshPace;
  let ours = 0;
  let now = 0;
  let theirsFreeAt = 0;
  let oursFreeAt = 0;
  for (let id = 1; id <= messages; id += 1) {
    if (oursFreeAt <= theirsFreeAt) {
      now = Math.max(now, oursFreeAt);
      const after = paceAfter(pace, id, now, share);
      pace = after.pace;
      ours += 1;
      oursFreeAt = now + Math.max(1, after.waitMs);
    } else {
      now = Math.max(now, theirsFreeAt);
      theirsFreeAt = now + serviceMs;
    }
  }
  return ours / messages;
}

/** `size` messages come at once each `everyMs`; we have as many as we may, the others the rest at once. @returns our part. */
function simulateBursts(share: number, size: number, everyMs: number): number {
  let pace: Pace = freshPace;
  let ours = 0;
  const freeAt = Array.from({ length: pacedPrefetch }, () => 0);
  const bursts = 1_000;
  for (let burst = 0; burst < bursts; burst += 1) {
    const now = burst * everyMs;
    const free = freeAt.flatMap((at, slot) => (at <= now ? [slot] : [])).slice(0, size);
    for (const [nth, slot] of free.entries()) {
      const after = paceAfter(pace, 1 + burst * size + nth, now + nth, share);
      pace = after.pace;
      ours += 1;
      freeAt[slot] = now + nth + after.waitMs;
    }
  }
  return ours / (bursts * size);
}

describe('pacing', () => {
  test.each([
    [100, 0.01],
    [1_000, 0.1],
    [2_500, 0.25],
    [5_000, 0.5],
  ])('takes a share of %i steps of what comes in bursts, within two points', (share, part) => {
    for (const size of [2, 5, 8]) {
      for (const everyMs of [50, 1_000]) {
        expect(
          Math.abs(simulateBursts(share, size, everyMs) - part),
          `${size} each ${everyMs} ms`,
        ).toBeLessThan(0.02);
      }
    }
  });

  test.each([
    [100, 0.01],
    [500, 0.05],
    [2_500, 0.25],
    [5_000, 0.5],
  ])('takes a share of %i steps within two points', (share, part) => {
    for (const serviceMs of [5, 50, 200]) {
      expect(Math.abs(simulate(share, 5_000, serviceMs) - part)).toBeLessThan(0.02);
    }
  });

  test('takes everything it gets at 100 %', () => {
    expect(paceAfter(freshPace, 1, 0, 10_000).waitMs).toBe(0);
  });

  test('never holds a message for more than two minutes, whatever the ids are', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 2 ** 40 }), fc.integer({ min: 0, max: 10_000 }))),
        fc.integer({ min: 0, max: 10_000 }),
        (deliveries, share) => {
          let pace: Pace = freshPace;
          let now = 0;
          for (const [id, gapMs] of deliveries) {
            now += gapMs;
            const after = paceAfter(pace, id, now, share);
            pace = after.pace;
            expect(after.waitMs).toBeGreaterThanOrEqual(0);
            expect(after.waitMs).toBeLessThanOrEqual(120_000);
          }
        },
      ),
    );
  });

  test('does not take a jump of the ids for consumption', () => {
    const { pace } = paceAfter(freshPace, 100, 0, 2_500);
    const after = paceAfter(pace, 5_000_000, 10, 2_500);
    expect(after.waitMs).toBeGreaterThan(0);
  });
});
