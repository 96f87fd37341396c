import { describe, expect, it } from 'vitest';
import { ShortTests } from './short-tests.js';

const batches = [[1], [2], [3], [4]];
const budget = { oneMs: 100, allMs: 250 };

function handedOut(tookMs: (batch: readonly number[]) => number | undefined) {
  const tests = new ShortTests(batches, budget);
  const ran: number[] = [];
  for (const batch of tests.whileShort()) {
    ran.push(...batch);
    tests.ran(batch, tookMs(batch));
  }
  return { ran, rest: tests.rest().flat() };
}

describe('tests that run within a workflow task', () => {
  it('are all of them while each is short', () => {
    expect(handedOut(() => 5)).toEqual({ ran: [1, 2, 3, 4], rest: [] });
  });

  it('end with the first that is long, which counts', () => {
    expect(handedOut(([id]) => (id === 2 ? 101 : 5))).toEqual({ ran: [1, 2], rest: [3, 4] });
  });

  it('end once they have taken long together', () => {
    expect(handedOut(() => 90)).toEqual({ ran: [1, 2, 3], rest: [4] });
  });

  it('end with one that did not run to its end, which is run again', () => {
    expect(handedOut(([id]) => (id === 3 ? undefined : 5))).toEqual({ ran: [1, 2, 3], rest: [3, 4] });
  });

  it('have a budget that grows with the tests of a batch', () => {
    const tests = new ShortTests([[1, 2], [3]], budget);
    const handed = tests.whileShort();
    handed.next();
    tests.ran([1, 2], 150);
    expect(handed.next().value).toEqual([3]);
  });
});
