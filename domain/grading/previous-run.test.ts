import { describe, expect, it } from 'vitest';
import type { GradingPlan } from '../judging/submission.js';
import type { TestReport } from '../judging/test-report.js';
import type { PreviousRun } from './previous-run.js';
import { describeResumePoint, resumePoint } from './previous-run.js';

const plan: GradingPlan = {
  submissionId: 17,
  problemId: 7,
  problemTitle: 'A + B',
  classId: 3,
  requestedLanguage: 'cpp',
  language: 'cpp',
  gradingMode: 'stdio',
  profile: 'python',
  isTest: false,
  timeLimitMs: 1000,
  memoryLimitKb: 256_000,
  testCaseIds: [401, 402],
  testDataVersion: 'v1',
};

function report(testCaseId: number): TestReport {
  return {
    testCaseId,
    status: 'Accepted',
    executionTimeMs: 2,
    memoryUsedKb: 3400,
    output: '8',
    errorMessage: null,
  };
}

function work(overrides: Partial<PreviousRun> = {}): PreviousRun {
  return { runId: 'r1', plan, reports: [report(401), report(402)], recorded: false, ...overrides };
}

describe('a replay', () => {
  it.each([
    ['notify when the result was recorded', work({ recorded: true }), 'notify (no compile, no test)'],
    ['record when every test is judged', work(), 'record (no compile, no test)'],
    [
      'record when the program did not compile',
      work({ reports: [], compileError: 'error' }),
      'record (no compile, no test)',
    ],
    ['run when some tests are judged', work({ reports: [report(401)] }), 'run (1 test kept)'],
    ['the start when none is', work({ reports: [] }), 'start (no test was finished)'],
  ])('goes on from %s', (_what, earlier, expected) => {
    expect(describeResumePoint(resumePoint(earlier))).toBe(expected);
  });

  it('begins at the start when nothing was loaded', () => {
    const { plan: _plan, ...unloaded } = work();
    expect(resumePoint(unloaded)).toEqual({ from: 'start', why: 'nothing was loaded' });
  });

  it.each<[string, Partial<GradingPlan>]>([
    ['the language', { language: 'java' }],
    ['the grading mode', { gradingMode: 'function' }],
    ['the function signature', { functionSignature: 'int f(int a)' }],
    ['the grading profile', { profile: 'go' }],
    ['the time limit', { timeLimitMs: 2000 }],
    ['the memory limit', { memoryLimitKb: 64_000 }],
    ['the list of tests', { testCaseIds: [401, 403] }],
    ['the test data', { testDataVersion: 'v2' }],
  ])('begins at the start when %s changed', (what, change) => {
    expect(resumePoint(work(), { ...plan, ...change })).toEqual({
      from: 'start',
      why: `${what} changed since`,
    });
  });

  it('takes nothing over when it is not known whether the test data changed', () => {
    const { testDataVersion: _version, ...old } = plan;
    expect(resumePoint(work({ plan: old }), old)).toMatchObject({ from: 'start' });
  });

  it('keeps the results when only title or points changed', () => {
    const now = { ...plan, problemTitle: 'Sum', testCasePoints: [1, 2] };
    expect(resumePoint(work(), now)).toMatchObject({ from: 'record' });
  });
});
