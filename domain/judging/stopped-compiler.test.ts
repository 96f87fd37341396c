import { describe, expect, it } from 'vitest';
import { outcome } from '../../test/fakes/execution-outcomes.js';
import type { Language } from './language.js';
import { hasUsedItsProcessorTime, stoppedCompiler } from './stopped-compiler.js';

const failed = (stderrText: string, differences: Parameters<typeof outcome>[1] = {}) =>
  outcome('', { exitCode: 1, stderrText, ...differences });

describe('stoppedCompiler', () => {
  it('says nothing of a compiler that came to its end', () => {
    expect(stoppedCompiler(failed("main.cpp:1:1: error: 'x' was not declared\n"), 'cpp')).toBeUndefined();
  });

  it.each([
    ['cpp', /templates/],
    ['python', /^(?!.*template).*very large table/],
    ['java', /generic types/],
  ] as const)('gives the causes of the language: %s', (language: Language, causes) => {
    expect(stoppedCompiler(outcome('', { end: 'memory-limit' }), language)).toMatch(causes);
  });

  it.each([
    [
      'java',
      'The system is out of resources.\nConsult the following stack trace for details.\njava.lang.StackOverflowError\n\tat x\n',
      /gave up.*within one another/,
    ],
    [
      'java',
      'The system is out of resources.\nConsult the following stack trace for details.\njava.lang.OutOfMemoryError: Java heap space\n',
      /ran out of memory/,
    ],
    [
      'python',
      'Sorry: RecursionError: maximum recursion depth exceeded during compilation\n',
      /gave up.*within one another/,
    ],
    ['python', 'Sorry: MemoryError: \n', /gave up.*within one another/],
  ] as const)('explains one that gave up, of %s: %s', (language, printed, explanation) => {
    expect(stoppedCompiler(failed(printed), language)).toMatch(explanation);
  });

  it('takes a line of the program for no word of the compiler', () => {
    const quoted = 'Main.java:1: error: cannot find symbol\njava.lang.StackOverflowError x = y;\n    ^\n';
    expect(stoppedCompiler(failed(quoted), 'java')).toBeUndefined();
    const named =
      'main.cpp:1:2: error: #error g++: fatal error: Segmentation fault signal terminated program cc1plus\n';
    expect(stoppedCompiler(failed(named), 'cpp')).toBeUndefined();
  });

  it('says what can be kept where that is exceeded', () => {
    expect(stoppedCompiler(outcome('', { end: 'output-limit' }), 'java')).toContain('up to 4000 files');
  });
});

describe('hasUsedItsProcessorTime', () => {
  it('believes no words without half of the time', () => {
    const says = 'g++: internal compiler error: CPU time limit exceeded signal terminated program cc1plus\n';
    expect(hasUsedItsProcessorTime(failed(says, { cpuMs: 14_000 }))).toBe(false);
    expect(hasUsedItsProcessorTime(failed(says, { cpuMs: 26_000 }))).toBe(true);
    expect(hasUsedItsProcessorTime(failed('', { cpuMs: 29_000 }))).toBe(false);
  });
});
