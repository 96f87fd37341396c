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

  it.each(['Python 3', 'c++14', 'c++20', 'g++', 'java 17', 'Java 11', 'CPP17'])('grades %s', (language) => {
    expect(planGrading({ ...facts, language }, 'python', defaults)).toMatchObject({
      kind: 'plan',
      plan: { requestedLanguage: language },
    });
  });

  it('takes tests of any size that a program can be given', () => {
    const sizes = { testInputBytes: [0, 63 * 1024 * 1024], expectedOutputBytes: [0, 2 ** 26] };
    expect(planGrading({ ...facts, ...sizes }, 'python', defaults).kind).toBe('plan');
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
    [
      'a version that is another language',
      { language: 'Python 2.7' },
      /"Python 2\.7" is a version.*it has Python 3/,
    ],
    ['another language of a similar name', { language: 'C#' }, /"C#" is not one/],
    [
      'a test that no program can be given',
      { testInputBytes: [3, 64 * 1024 * 1024] },
      /Test 2 of this problem \(id 402\) has an input of 64\.0 MiB.*tell your teacher.*not judged/,
    ],
    [
      'an expected output without an end',
      { expectedOutputBytes: [2 ** 27] },
      /Test 1 .* expects an output of 128\.0 MiB/,
    ],
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
