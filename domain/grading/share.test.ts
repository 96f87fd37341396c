import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatShare, parseShare, shareSteps } from './share.js';
import { isInShare, shareBucket } from './share-hash.js';

const ids = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
const shares = fc.integer({ min: 0, max: shareSteps });
const salts = fc.string({ maxLength: 20 });

describe('the share of an id', () => {
  test('is none at 0 and all at 100 %', () => {
    fc.assert(
      fc.property(ids, salts, (id, salt) => {
        expect(isInShare(id, 0, salt, 'route')).toBe(false);
        expect(isInShare(id, shareSteps, salt, 'route')).toBe(true);
      }),
    );
  });

  test('only grows when the share is raised', () => {
    fc.assert(
      fc.property(ids, salts, shares, shares, (id, salt, one, other) => {
        const [lower, higher] = [Math.min(one, other), Math.max(one, other)];
        if (isInShare(id, lower, salt, 'route')) expect(isInShare(id, higher, salt, 'route')).toBe(true);
      }),
    );
  });

  test('does not change with anything but the salt', () => {
    fc.assert(
      fc.property(ids, salts, shares, (id, salt, share) => {
        const decisions = Array.from({ length: 3 }, () => isInShare(id, share, salt, 'route'));
        expect(new Set(decisions).size).toBe(1);
      }),
    );
  });

  test('is spread evenly over a million sequential ids', () => {
    const count = 1_000_000;
    const counts = new Array<number>(shareSteps).fill(0);
    for (let id = 1; id <= count; id += 1) {
      const bucket = shareBucket(id, 'cutover', 'route');
      counts[bucket] = (counts[bucket] ?? 0) + 1;
    }
    const expected = count / shareSteps;
    const chiSquare = counts.reduce((sum, seen) => sum + (seen - expected) ** 2 / expected, 0);
    process.stdout.write(
      `chi-square of ${count} sequential ids over ${shareSteps} buckets: ${chiSquare.toFixed(1)}\n`,
    );
    // 9999 degrees of freedom: mean 9999, standard deviation 141.4; a fair hash is outside of 4 of them once in 16 000 salts.
    expect(Math.abs(chiSquare - 9_999)).toBeLessThan(4 * 141.4);
  });

  test('for shadow gradings is independent of the routed one', () => {
    const count = 100_000;
    let both = 0;
    for (let id = 1; id <= count; id += 1) {
      if (isInShare(id, 2_500, 's', 'route') && isInShare(id, 2_500, 's', 'shadow')) both += 1;
    }
    // A quarter of a quarter is 6250, standard deviation 76.5; the same hash would give 25 000.
    expect(Math.abs(both - 6_250)).toBeLessThan(4 * 76.5);
  });

  // The published vectors of docs/cutover.md: a change here moves submissions of every installation.
  test.each([
    [1, 'cutover', 'route', 7444],
    [2, 'cutover', 'route', 6947],
    [123, 'cutover', 'route', 1736],
    [9_007_199_254_740_991, 'cutover', 'route', 2423],
    [1, 'cutover', 'shadow', 6532],
    [1, '', 'route', 8405],
    [1, 'größer', 'route', 4718],
  ] as const)('of id %i with salt "%s" for %s is decided by bucket %i', (id, salt, purpose, bucket) => {
    expect(shareBucket(id, salt, purpose)).toBe(bucket);
  });
});

describe('a share as text', () => {
  test.each([
    ['25%', 2_500],
    ['25', 2_500],
    ['0.01 %', 1],
    ['12.5%', 1_250],
    ['0', 0],
    ['100%', 10_000],
  ])('%s is %i steps', (text, share) => {
    expect(parseShare(text)).toBe(share);
  });

  test.each(['', '%', '-1%', '100.01%', '101', '0.001%', '1e2', '25 percent', '.5'])(
    '%s is refused',
    (text) => {
      expect(parseShare(text)).toBeUndefined();
    },
  );

  test('is read back as it was written', () => {
    fc.assert(
      fc.property(shares, (share) => {
        expect(parseShare(formatShare(share))).toBe(share);
      }),
    );
  });
});
