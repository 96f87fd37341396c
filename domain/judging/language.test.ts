import { describe, expect, it } from 'vitest';
import { outcome, signaled } from '../../test/fakes/execution-outcomes.js';
import type { ExecutionOutcome } from './execution.js';
import { languages } from './language.js';
import { signals } from './signals.js';

describe('the commands of Java', () => {
  const heap = (memoryLimitKb: number) =>
    languages.java.runCommand('Main.java', memoryLimitKb).filter((word) => /^-X(mx|ss)/.test(word));

  it('give it the heap and the stack that fit the limit', () => {
    expect(heap(2 * 256_000 + 51_200)).toEqual(['-Xmx512000k', '-Xss32000k']);
    expect(heap(2 * 65_536 + 51_200)).toEqual(['-Xmx131072k', '-Xss8192k']);
    expect(heap(51_202)).toEqual(['-Xmx8192k', '-Xss1024k']);
    expect(heap(16 * 1024 * 1024)).toEqual(['-Xmx16726016k', '-Xss32768k']);
  });

  it('let Java itself say nothing on the output of the program', () => {
    expect(languages.java.runCommand('Main.java', 256_000)).toContain('-Xlog:disable');
  });

  it('tell an exhausted heap by its signal, not by words or exit codes', () => {
    const words = 'Aborting due to java.lang.OutOfMemoryError: Java heap space\n';
    const exhausted = (observed: ExecutionOutcome) => languages.java.memoryExhausted?.(observed);
    expect(exhausted({ ...signaled(signals.SIGABRT), stderr: Buffer.from(words) })).toBe(true);
    expect(exhausted({ ...signaled(signals.SIGABRT), stderr: Buffer.from('x'), stderrTruncated: true })).toBe(
      true,
    );
    expect(exhausted(signaled(signals.SIGABRT))).toBe(false);
    for (const exitCode of [0, 1, 3, 134])
      expect(exhausted(outcome(words, { exitCode, stderrText: words }))).toBe(false);
  });

  it('start a program in a locale that spells its names where they are outside ASCII, and no other', () => {
    const { java } = languages;
    const started = (file: string, source: string) =>
      java.runCommand(java.describeStart?.(file, [source]) ?? file);
    expect(java.runCommand('Main.java')).toEqual(['java', 'Main']);
    expect(started('Main.java', 'class Main { String größe = "Nó"; }')).toEqual(['java', 'Main']);
    const inUtf8 = ['env', 'LC_ALL=C.UTF-8', 'java'];
    expect(java.runCommand('Größe.java')).toEqual([...inUtf8, 'Größe']);
    expect(started('Größe.java', 'class Größe {}')).toEqual([...inUtf8, 'Größe']);
    expect(started('Main.java', 'class Main { class Nó {} }')).toEqual([...inUtf8, 'Main']);
  });

  it('compile in a locale that spells every name', () => {
    const [env, locale, javac, ...options] = languages.java.compileCommand(['Main.java'], []);
    expect([env, locale, javac]).toEqual(['env', 'LC_ALL=C.UTF-8', 'javac']);
    // Those of Java itself say nothing of the language.
    expect(options.filter((option) => !option.startsWith('-J'))).toEqual(['-encoding', 'UTF-8', 'Main.java']);
  });
});
