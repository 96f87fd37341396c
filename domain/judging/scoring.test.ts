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
    // As the backend computes it, where no sense is in the points: 100 × 10 / 5, 100 × -5 / 5, 100 × -1 / 5.
    [testsWorth(10, -5), [1], 200],
    [testsWorth(10, -5), [2], -100],
    [testsWorth(-1, 6), [1], -20],
    [testsWorth(1, 999), [1], 0],
    [testsWorth(-1, 1000), [1], 0],
    [testsWorth(10, -10), [1], 0],
    // No column holds more.
    [testsWorth(2 ** 31 - 1, -(2 ** 31)), [1], -(2 ** 31)],
    [testsWorth(2 ** 31 - 1, -(2 ** 31)), [2], 2 ** 31 - 1],
    [testsWorth(2 ** 31 - 1, 2 ** 31 - 1), [1], 50],
    [testsWorth(-(2 ** 31), -(2 ** 31), -(2 ** 31)), [1, 2, 3], 100],
  ])('of %o with %o accepted is %i', (tests, accepted, expected) => {
    expect(score(tests, result('Wrong Answer', accepted))).toBe(expected);
  });

  test('is 0 for an error without tests, whatever its rows say', () => {
    expect(score(testsWorth(1), result('Compile Error', [1]))).toBe(0);
    expect(score(testsWorth(1), result('System Error', [1]))).toBe(0);
  });

  test('is a whole number the platform can store, whatever the points are', () => {
    const anyPoints = fc.array(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), { maxLength: 40 });
    fc.assert(
      fc.property(anyPoints, fc.nat(40), (points, count) => {
        const tests = testsWorth(...points);
        const value = score(
          tests,
          result(
            'Wrong Answer',
            tests.slice(0, count).map(({ id }) => id),
          ),
        );
        expect(Number.isInteger(value) && value === (value | 0) && !Object.is(value, -0)).toBe(true);
      }),
    );
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
