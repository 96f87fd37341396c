import { expect, it } from 'vitest';
import { progressTable } from './progress.js';

const about = {
  problemId: 7,
  problemTitle: 'Two | *Sum*',
  classId: 3,
  language: 'cpp',
  gradingMode: 'stdio',
};
const test = (testCaseId: number) =>
  ({ testCaseId, status: 'Accepted', executionTimeMs: 2, memoryUsedKb: 3404 }) as const;
const pending = { testCaseId: 402, status: 'Pending', executionTimeMs: null, memoryUsedKb: null } as const;

it('shows where a grading stands as a table, with the title as text and not as markup', () => {
  const table = progressTable(
    {
      submissionId: 5,
      problemTitle: about.problemTitle,
      step: 'run',
      leases: 1,
      tests: [test(401), pending],
      verdict: null,
    },
    about,
  );
  expect(table.split('\n')).toEqual([
    '**Two \\| \\*Sum\\*** · cpp · #5 · step: run · 1 of 2 tests run, 1 accepted',
    '',
    '```text',
    'test 1  id 401  Accepted  2 ms  3404 KB',
    'test 2  id 402  Pending',
    '```',
  ]);
});

it('says how many rows it leaves out', () => {
  const tests = Array.from({ length: 130 }, (_, index) => test(index));
  const table = progressTable(
    { submissionId: 5, problemTitle: null, step: 'done', leases: 1, tests, verdict: 'Accepted' },
    null,
  );
  expect(table.split('\n').slice(-2)).toEqual(['… 30 more', '```']);
});

it('tells the tests that ran from those that were accepted', () => {
  const tests = [test(401), { ...test(402), status: 'Wrong Answer' as const }, test(403)];
  const table = progressTable(
    { submissionId: 5, problemTitle: null, step: 'done', leases: 1, tests, verdict: 'Wrong Answer' },
    null,
  );
  expect(table.split('\n')[0]).toBe('#5 · **Wrong Answer** · step: done · 3 of 3 tests run, 2 accepted');
});
