import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { score } from './scoring.js';
import type { GradingResult } from './submission.js';

const result = (
  overallStatus: GradingResult['overallStatus'],
  accepted: readonly number[],
): GradingResult => ({
  overallStatus,
  results: accepted.map((testCaseId) => ({
    testCaseId,
    status: 'Accepted',
    executionTimeMs: 1,
    memoryUsedKb: 1,
    outputReceived: null,
    errorMessage: null,
  })),
});
const testsWorth = (...points: number[]) => points.map((worth, index) => ({ id: index + 1, points: worth }));

describe('the score', () => {
  test.each([
    // Python: round(12.5) == 12, round(37.5) == 38, round(62.5) == 62
    [testsWorth(1, 7), [1], 12],
    [testsWorth(3, 5), [1], 38],
    [testsWorth(5, 3), [1], 62],
    [testsWorth(1, 1, 1), [1], 33],
    [testsWorth(1, 1, 1), [1, 2], 67],
    [testsWorth(10, 10), [1, 2], 100],
    [testsWorth(0, 0), [1], 0],
    [[], [], 0],
  ])('of %o with %o accepted is %i', (tests, accepted, expected) => {
    expect(score(tests, result('Wrong Answer', accepted))).toBe(expected);
  });

  test('is 0 for an error without tests, whatever its rows say', () => {
    expect(score(testsWorth(1), result('Compile Error', [1]))).toBe(0);
    expect(score(testsWorth(1), result('System Error', [1]))).toBe(0);
  });

  test('is 0 to 100, 100 with all accepted, and grows with every accepted test', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 1_000 }), { minLength: 1, maxLength: 40 }), (points) => {
        const tests = testsWorth(...points);
        const ids = tests.map((one) => one.id);
        const scores = ids.map((_, index) => score(tests, result('Wrong Answer', ids.slice(0, index))));
        scores.push(score(tests, result('Accepted', ids)));
        expect(scores[0]).toBe(0);
        expect(scores.at(-1)).toBe(100);
        expect(scores).toEqual([...scores].sort((left, right) => left - right));
      }),
    );
  });
});
