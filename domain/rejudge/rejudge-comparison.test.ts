import { describe, expect, it } from 'vitest';
import type { ShadowGradeResult } from '../grading/shadow-grading.js';
import type { StoredResult } from '../grading/stored-result.js';
import { isGraded } from '../grading/stored-result.js';
import type { TestStatus } from '../judging/status.js';
import { compareResults, isToBeApplied, notGraded } from './rejudge-comparison.js';

const stored: StoredResult = {
  submissionId: 17,
  classId: 3,
  status: 'Accepted',
  score: 100,
  tests: [
    { id: 401, status: 'Accepted', timeMs: 20, memoryKb: 3400 },
    { id: 402, status: 'Accepted', timeMs: 30, memoryKb: 3400 },
  ],
  fingerprint: 'ab12',
};

function graded(
  statuses: readonly TestStatus[],
  changes: Partial<ShadowGradeResult> = {},
  timeMs = 25,
): ShadowGradeResult {
  return {
    submissionId: 17,
    verdict: statuses.find((status) => status !== 'Accepted') ?? 'Accepted',
    score: Math.round((100 * statuses.filter((status) => status === 'Accepted').length) / statuses.length),
    tests: statuses.map((status, index) => ({
      id: 401 + index,
      status,
      timeMs,
      memoryKb: 3400,
      output: null,
    })),
    message: null,
    about: { problemTitle: 'Sum', language: 'cpp', gradingMode: 'stdio' },
    limits: { timeMs: 1000, memoryKb: 262_144 },
    ...changes,
  };
}

describe('a new grading beside the stored result', () => {
  it('is the same where verdict, score, tests and times are', () => {
    const row = compareResults(stored, [graded(['Accepted', 'Accepted'])]);
    expect(row).toMatchObject({ difference: 'none', oldTimeMs: 30, newTimeMs: 25, changedTests: [] });
    expect(isToBeApplied(row)).toBe(false);
  });

  it('differs first by verdict, and names the tests', () => {
    const row = compareResults(stored, [graded(['Accepted', 'Wrong Answer'])]);
    expect(row).toMatchObject({
      difference: 'verdict',
      oldVerdict: 'Accepted',
      newVerdict: 'Wrong Answer',
      newScore: 50,
      changedTests: [{ id: 402, oldStatus: 'Accepted', newStatus: 'Wrong Answer' }],
      fingerprint: 'ab12',
    });
    expect(isToBeApplied(row)).toBe(true);
  });

  it('differs by score where only the points were changed', () => {
    const row = compareResults({ ...stored, score: 90 }, [graded(['Accepted', 'Accepted'])]);
    expect(row.difference).toBe('score');
    expect(isToBeApplied(row)).toBe(true);
  });

  it('differs by tests where verdict and score are the same', () => {
    const wrong = { ...stored, status: 'Wrong Answer', score: 50 };
    const before = {
      ...wrong,
      tests: [{ id: 401, status: 'Wrong Answer', timeMs: 1, memoryKb: 3400 }, ...stored.tests.slice(1)],
    };
    const row = compareResults(before, [graded(['Accepted', 'Wrong Answer'])]);
    expect(row.difference).toBe('tests');
    expect(row.changedTests).toHaveLength(2);
    expect(isToBeApplied(row)).toBe(true);
  });

  it('sees tests that were added and tests that were removed', () => {
    const row = compareResults(
      { ...stored, tests: [{ id: 399, status: 'Accepted', timeMs: 1, memoryKb: 3400 }] },
      [graded(['Accepted'])],
    );
    expect(row.changedTests).toEqual([
      { id: 399, oldStatus: 'Accepted', newStatus: null },
      { id: 401, oldStatus: null, newStatus: 'Accepted' },
    ]);
  });

  it('is told when its slowest test is far off, but that alone is not applied', () => {
    const row = compareResults(stored, [graded(['Accepted', 'Accepted'], {}, 700)]);
    expect(row.difference).toBe('time');
    expect(isToBeApplied(row)).toBe(false);
  });

  it('takes a result without tests, such as a compile error, for what it is', () => {
    const compileError = {
      ...stored,
      status: 'Compile Error',
      score: 0,
      tests: [{ id: null, status: 'Compile Error', timeMs: 0, memoryKb: 3400 }],
    };
    const again = graded([], { verdict: 'Compile Error', score: 0 });
    expect(compareResults(compileError, [again]).difference).toBe('none');
  });

  it('keeps a status it does not know', () => {
    const row = compareResults({ ...stored, status: 'Judged By Hand' }, [graded(['Accepted', 'Accepted'])]);
    expect(row).toMatchObject({ difference: 'verdict', oldVerdict: 'Judged By Hand' });
  });
});

describe('repetitions', () => {
  const right = graded(['Accepted', 'Accepted']);
  const wrong = graded(['Accepted', 'Wrong Answer']);

  it('that agree count as one grading', () => {
    expect(compareResults(stored, [wrong, wrong, wrong])).toMatchObject({
      difference: 'verdict',
      verdicts: [],
    });
  });

  it('that disagree are flaky, whatever is stored, and are never applied', () => {
    const row = compareResults(stored, [wrong, right, wrong]);
    expect(row).toMatchObject({
      difference: 'flaky',
      verdicts: ['Wrong Answer', 'Accepted', 'Wrong Answer'],
    });
    expect(isToBeApplied(row)).toBe(false);
  });

  it('that fail different tests with the same verdict are flaky', () => {
    const other = graded(['Wrong Answer', 'Accepted']);
    expect(compareResults(stored, [wrong, other]).difference).toBe('flaky');
  });
});

it('a submission without a new grading is a row that says why', () => {
  expect(notGraded(17, stored, 'x'.repeat(500))).toMatchObject({
    difference: 'not-graded',
    oldVerdict: 'Accepted',
    newVerdict: null,
    note: 'x'.repeat(200),
  });
  expect(isToBeApplied(notGraded(18, undefined, 'The submission was deleted.'))).toBe(false);
});

it('only what has a verdict can be compared with', () => {
  expect(['Accepted', 'System Error', 'Pending', 'Running'].map(isGraded)).toEqual([
    true,
    true,
    false,
    false,
  ]);
});
