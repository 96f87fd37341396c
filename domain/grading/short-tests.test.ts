import { describe, expect, it } from 'vitest';
import { ShortTests, shortTestRows } from './short-tests.js';

const budget = { oneMs: 100, allMs: 250 };

/** Tests 1 to 9, of which the second wave begins with 2. */
function handedOut(tookMs: (id: number) => number | undefined) {
  const tests = new ShortTests(
    [1, 2, 3, 4, 5, 6, 7, 8, 9].map((id) => [id]),
    budget,
  );
  const waves: number[][] = [];
  for (const wave of tests.whileShort()) {
    waves.push(wave.flat());
    // In another order than they began.
    for (const batch of wave.toReversed()) tests.ran(batch, tookMs(batch[0] ?? 0));
  }
  return { waves, rest: tests.rest().flat() };
}

describe('the rows of short tests', () => {
  const ids = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

  it('are one a test up to ten', () => {
    expect(shortTestRows(ids(10))).toEqual(ids(10).map((id) => [id]));
    expect(shortTestRows([])).toEqual([]);
  });

  it('hold several of more tests, but the first alone', () => {
    expect(shortTestRows(ids(12))).toEqual([[1], [2, 3, 4, 5, 6, 7, 8, 9], [10, 11, 12]]);
    expect(shortTestRows(ids(100)).flat()).toEqual(ids(100));
    expect(shortTestRows(ids(100))).toHaveLength(14);
  });
});

describe('tests that run within a workflow task', () => {
  it('are all of them while each is short', () => {
    expect(handedOut(() => 5)).toEqual({ waves: [[1], [2, 3, 4, 5], [6, 7, 8, 9]], rest: [] });
  });

  it('end with the wave in which one is long, which counts', () => {
    expect(handedOut((id) => (id === 2 ? 101 : 5))).toEqual({
      waves: [[1], [2, 3, 4, 5]],
      rest: [6, 7, 8, 9],
    });
  });

  it('end once they have taken long together', () => {
    expect(handedOut(() => 60)).toEqual({ waves: [[1], [2, 3, 4, 5]], rest: [6, 7, 8, 9] });
  });

  it('end with one that did not run to its end, which is run again', () => {
    expect(handedOut((id) => (id === 3 ? undefined : 5))).toEqual({
      waves: [[1], [2, 3, 4, 5]],
      rest: [3, 6, 7, 8, 9],
    });
  });

  it('have a budget that grows with the tests of a batch', () => {
    const first = [1, 2];
    const tests = new ShortTests([first, [3]], budget);
    const waves = tests.whileShort();
    waves.next();
    tests.ran(first, 150);
    expect(waves.next().value).toEqual([[3]]);
  });
});
