import type { Verdict } from '../judging/status.js';
import { alignedLines } from './aligned-lines.js';

/** One test as people read it, judged or not yet. */
export interface ShownTest {
  readonly testCaseId: number;
  readonly status: Verdict | 'Pending';
  readonly executionTimeMs: number | null;
  readonly memoryUsedKb: number | null;
}

/** A table of the tests, one a line. Of more than `maxRows` tests, those that are not accepted are shown first. */
export function testLines(tests: readonly ShownTest[], maxRows: number): string[] {
  const numbered = tests.map((test, index) => ({ test, number: index + 1 }));
  const faulty = numbered.filter(({ test }) => test.status !== 'Accepted');
  const rest = numbered.filter(({ test }) => test.status === 'Accepted');
  const shown = tests.length <= maxRows ? numbered : [...faulty, ...rest].slice(0, maxRows);
  const cells = shown
    .sort((one, other) => one.number - other.number)
    .map(({ test, number }) => [
      `test ${number}`,
      `id ${test.testCaseId}`,
      test.status,
      test.executionTimeMs === null ? '' : `${test.executionTimeMs} ms`,
      test.memoryUsedKb === null ? '' : `${test.memoryUsedKb} KB`,
    ]);
  const lines = alignedLines(cells, [3, 4]);
  const left = tests.length - shown.length;
  return left > 0 ? [...lines, `… ${left} more`] : lines;
}
