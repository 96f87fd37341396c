import { describe, expect, it } from 'vitest';
import type { SubmissionFacts } from './grading-plan.js';
import { planGrading } from './grading-plan.js';

const defaults = { timeLimitMs: 1000, memoryLimitKb: 256_000 };
const facts: SubmissionFacts = {
  submissionId: 5,
  problemId: 7,
  problemTitle: 'Two Sum',
  classId: 3,
  language: 'C++',
  gradingMode: 'stdio',
  functionSignature: null,
  isTest: false,
  timeLimitMs: 2000,
  memoryLimitKb: null,
  languageLimits: null,
  testCaseIds: [401, 402],
};

describe('planGrading', () => {
  it('resolves the language and the limits', () => {
    expect(planGrading(facts, 'python', defaults)).toMatchObject({
      kind: 'plan',
      plan: { language: 'cpp', requestedLanguage: 'C++', timeLimitMs: 2000, memoryLimitKb: 262_144 },
    });
  });

  it('grades Python as the Go worker does, under the python profile too', () => {
    expect(planGrading({ ...facts, language: 'python' }, 'python', defaults)).toMatchObject({
      kind: 'plan',
      plan: { language: 'python', timeLimitMs: 10_000 },
    });
  });

  it('carries a readable signature in function mode, and none in stdio mode', () => {
    const functionSignature = 'int add(int a, int b)';
    expect(
      planGrading({ ...facts, gradingMode: 'function', functionSignature }, 'python', defaults),
    ).toMatchObject({
      plan: { gradingMode: 'function', functionSignature },
    });
    const stdio = planGrading({ ...facts, functionSignature }, 'python', defaults);
    expect(stdio).not.toHaveProperty('plan.functionSignature');
  });

  it.each([
    ['an unknown language', { language: 'rust' }, /"rust".*C\+\+, Python 3, Java/],
    ['a language name that never ends', { language: 'x'.repeat(500) }, /x{60}…/],
    ['no signature in function mode', { gradingMode: 'function' }, /signature cannot be read: there is none/],
    [
      'a signature that cannot be read',
      { gradingMode: 'function', functionSignature: 'int f(int* a)' },
      /"int f\(int\* a\)"\) cannot be read: parameter 1 is a pointer.*not judged/,
    ],
    ['an unknown mode', { gradingMode: 'magic' }, /"magic"/],
    ['no test cases', { testCaseIds: [] }, /no test cases/],
  ])('names the cause for %s', (_what, difference, message) => {
    const planned = planGrading({ ...facts, ...difference }, 'python', defaults);
    expect(planned).toMatchObject({ kind: 'ungradable', message: expect.stringMatching(message) });
  });
});
