import { describe, expect, it } from 'vitest';
import { outcome, signaled } from '../test/fakes/execution-outcomes.js';
import { testMessage } from './messages.js';
import type { TestStatus } from './status.js';
import { signals } from './verdict.js';

const limits = { timeLimitMs: 1000, memoryLimitKb: 262_144 };

describe('testMessage', () => {
  it('is null for Accepted and Wrong Answer, whatever is on stderr', () => {
    const observed = outcome('8', { stderrText: 'debug' });
    expect(testMessage('Accepted', observed, limits)).toBeNull();
    expect(testMessage('Wrong Answer', observed, limits)).toBeNull();
  });

  it.each<[TestStatus, ReturnType<typeof outcome>, RegExp[]]>([
    [
      'Time Limit Exceeded',
      outcome('', { end: 'time-limit', judgedMs: 1003.4, cpuMs: 998 }),
      [/1000 ms/, /1003 ms/, /998 ms/],
    ],
    [
      'Memory Limit Exceeded',
      outcome('', { end: 'memory-limit', peakMemoryKb: 262_000 }),
      [/256\.0 MB/, /255\.9 MB/],
    ],
    ['Output Limit Exceeded', outcome('', { end: 'output-limit' }), [/1 MiB/]],
    [
      'Runtime Error',
      signaled(signals.SIGSEGV),
      [/segmentation fault/, /SIGSEGV/, /139/, /outside an array/],
    ],
    ['Runtime Error', signaled(signals.SIGFPE), [/SIGFPE/, /136/, /division by zero/]],
    ['Runtime Error', signaled(signals.SIGABRT), [/SIGABRT/, /134/]],
    ['Runtime Error', signaled(34), [/signal 34/, /162/]],
    ['Runtime Error', outcome('', { exitCode: 3 }), [/exit code 3/]],
    ['Presentation Error', outcome('8  8'), [/line ends/]],
  ])('says what a %s was', (status, observed, patterns) => {
    const message = testMessage(status, observed, limits);
    for (const pattern of patterns) expect(message).toMatch(pattern);
  });

  it('quotes the error output, cut and without NUL', () => {
    const observed = outcome('', { exitCode: 1, stderrText: `Traceback\0${'x'.repeat(5000)}` });
    const message = testMessage('Runtime Error', observed, limits) ?? '';
    expect(message).toContain('Traceback\uFFFDxxx');
    expect(message).toContain('of 5010 bytes are shown');
    expect(message.length).toBeLessThan(1500);
  });
});
