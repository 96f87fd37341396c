import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Verdict } from '../../domain/judging/status.js';
import { projectRoot } from '../project-root.js';

export interface DemoTest {
  readonly input: string;
  readonly expectedOutput: string;
}

export interface DemoProblem {
  readonly title: string;
  readonly timeLimitMs: number;
  readonly memoryLimitKb: number;
  readonly tests: readonly DemoTest[];
}

export interface DemoProgram {
  readonly file: string;
  readonly language: string;
  readonly problem: DemoProblem;
  readonly expected: Verdict;
  readonly expectedScore: number;
}

const languageOfExtension: Readonly<Record<string, string>> = { cpp: 'cpp', py: 'python', java: 'java' };

const sumOfTwo: DemoProblem = {
  title: 'A + B',
  timeLimitMs: 1000,
  memoryLimitKb: 256_000,
  tests: [
    [1, 2],
    [0, 0],
    [-5, 3],
    [1_000_000_000, 1_000_000_000],
    [-7, -8],
  ].map(([a = 0, b = 0]) => ({ input: `${a} ${b}\n`, expectedOutput: `${a + b}\n` })),
};

const runningTotals: DemoProblem = {
  title: 'Running totals',
  timeLimitMs: 1000,
  memoryLimitKb: 256_000,
  tests: Array.from({ length: 30 }, (_, index) => runningTotalsTest(index + 2)),
};

const withoutTests: DemoProblem = {
  title: 'A problem without tests',
  timeLimitMs: 1000,
  memoryLimitKb: 256_000,
  tests: [],
};

export const demoProblems: readonly DemoProblem[] = [sumOfTwo, runningTotals, withoutTests];

/** Every status that can occur, in the three languages, under the default `python` profile. */
export const demoPrograms: readonly DemoProgram[] = [
  program('sum.cpp', sumOfTwo, 'Accepted', 100),
  program('sum.py', sumOfTwo, 'Accepted', 100),
  program('Sum.java', sumOfTwo, 'Accepted', 100),
  program('running-totals.cpp', runningTotals, 'Accepted', 100),
  program('sum-without-negatives.cpp', sumOfTwo, 'Wrong Answer', 60),
  // White space only: Wrong Answer for C++, Presentation Error for Python and Java (contract §7).
  program('running-totals-one-per-line.py', runningTotals, 'Presentation Error', 0),
  program('unused-variable.cpp', sumOfTwo, 'Compile Error', 0),
  program('missing-semicolon.cpp', sumOfTwo, 'Compile Error', 0),
  program('forever.cpp', sumOfTwo, 'Time Limit Exceeded', 0),
  program('hoard.cpp', sumOfTwo, 'Memory Limit Exceeded', 0),
  program('flood.cpp', sumOfTwo, 'Output Limit Exceeded', 0),
  program('null-pointer.cpp', sumOfTwo, 'Runtime Error', 0),
  program('DivideByZero.java', sumOfTwo, 'Runtime Error', 0),
  program('sum.cpp', withoutTests, 'System Error', 0),
];

export function demoSource(file: string): string {
  return readFileSync(join(projectRoot, 'devstack', 'demo', 'programs', file), 'utf8');
}

function program(file: string, problem: DemoProblem, expected: Verdict, expectedScore: number): DemoProgram {
  const language = languageOfExtension[file.split('.').at(-1) ?? ''] ?? 'cpp';
  return { file, language, problem, expected, expectedScore };
}

function runningTotalsTest(count: number): DemoTest {
  const values = Array.from({ length: count }, (_, index) => (index * 37 + count * 11) % 101);
  let total = 0;
  const totals = values.map((value) => {
    total += value;
    return total;
  });
  return { input: `${count}\n${values.join(' ')}\n`, expectedOutput: `${totals.join(' ')}\n` };
}
