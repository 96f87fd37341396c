import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { testBatches } from './test-batches.js';

const ids = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

describe('testBatches', () => {
  it.each([
    [1, 1],
    [32, 32],
    [33, 17],
    [40, 20],
    [1000, 32],
  ])('%i tests make %i batches', (tests, batches) => {
    expect(testBatches(ids(tests), 1000)).toHaveLength(batches);
  });

  it('does not lump long tests together', () => {
    expect(testBatches(ids(40), 240_000)).toHaveLength(40);
  });

  it('keeps every test once and in order', () => {
    fc.assert(
      fc.property(fc.nat(2000), fc.integer({ min: 1, max: 600_000 }), (count, timeLimitMs) => {
        expect(testBatches(ids(count), timeLimitMs).flat()).toEqual(ids(count));
      }),
    );
  });
});
