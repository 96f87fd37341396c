import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { wilson95 } from './wilson.js';

describe('the Wilson interval', () => {
  // From the formula by hand, and R's prop.test(x, n, correct = FALSE).
  test.each([
    [20, 20, 0.8389, 1],
    [0, 20, 0, 0.1611],
    [15, 20, 0.5313, 0.8881],
    [990, 1000, 0.9817, 0.9946],
  ])('of %i in %i is %f to %f', (count, of, low, high) => {
    const found = wilson95(count, of);
    expect(found.low).toBeCloseTo(low, 3);
    expect(found.high).toBeCloseTo(high, 3);
  });

  it('says nothing about nothing', () => {
    expect(wilson95(0, 0)).toEqual({ rate: 0, low: 0, high: 1 });
  });

  it('holds the rate, stays within 0 and 1, mirrors, and narrows with more samples', () => {
    const counts = fc
      .integer({ min: 1, max: 5000 })
      .chain((of) => fc.tuple(fc.nat({ max: of }), fc.constant(of)));
    fc.assert(
      fc.property(counts, ([count, of]) => {
        const { rate, low, high } = wilson95(count, of);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(low).toBeLessThanOrEqual(rate);
        expect(high).toBeGreaterThanOrEqual(rate);
        const mirrored = wilson95(of - count, of);
        expect(mirrored.low).toBeCloseTo(1 - high, 9);
        const more = wilson95(2 * count, 2 * of);
        expect(more.high - more.low).toBeLessThan(high - low);
      }),
    );
  });
});
