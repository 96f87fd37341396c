import { expect, it } from 'vitest';
import { testLines } from './test-lines.js';

const accepted = (testCaseId: number) =>
  ({ testCaseId, status: 'Accepted', executionTimeMs: 2, memoryUsedKb: 3404 }) as const;
const wrong = (testCaseId: number) => ({ ...accepted(testCaseId), status: 'Wrong Answer' }) as const;

it('keeps the columns apart, whatever stands in them', () => {
  const pending = { testCaseId: 1106, status: 'Pending', executionTimeMs: null, memoryUsedKb: null } as const;
  expect(testLines([accepted(9), { ...wrong(10), executionTimeMs: 1204 }, pending], 10)).toEqual([
    'test 1  id 9     Accepted         2 ms  3404 KB',
    'test 2  id 10    Wrong Answer  1204 ms  3404 KB',
    'test 3  id 1106  Pending',
  ]);
});

it('of many tests shows those that decide, in their order, and says how many it leaves out', () => {
  const tests = Array.from({ length: 30 }, (_, index) => (index % 10 === 9 ? wrong(index) : accepted(index)));
  const lines = testLines(tests, 4);
  expect(lines.map((line) => line.slice(0, 8).trim())).toEqual([
    'test 1',
    'test 10',
    'test 20',
    'test 30',
    '… 26 mor',
  ]);
});

it('has nothing to say of no test', () => {
  expect(testLines([], 10)).toEqual([]);
});
