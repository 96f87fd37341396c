import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fairShare } from './fair-share.js';

it('leaves everything whole where it fits', () => {
  expect(fairShare([1, 2, 3], 6)).toBe(Number.POSITIVE_INFINITY);
  expect(fairShare([], 0)).toBe(Number.POSITIVE_INFINITY);
});

it('cuts only what is large, and evenly', () => {
  expect(fairShare([1, 100, 100], 101)).toBe(50);
  expect(fairShare([10, 10], 0)).toBe(0);
});

it('keeps the limit and wastes less than a byte for each', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 1000 })), fc.nat({ max: 20_000 }), (sizes, limit) => {
      const share = fairShare(sizes, limit);
      const taken = sizes.reduce((sum, size) => sum + Math.min(size, share), 0);
      expect(taken).toBeLessThanOrEqual(limit);
      if (share !== Number.POSITIVE_INFINITY) expect(taken).toBeGreaterThan(limit - sizes.length);
    }),
  );
});
