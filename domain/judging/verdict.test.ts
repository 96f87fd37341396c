import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { outcome, signaled } from '../../test/fakes/execution-outcomes.js';
import type { ExecutionEnd } from './execution.js';
import { gradingRules } from './grading-profile.js';
import { signals } from './signals.js';
import { exitStatus, testStatus } from './verdict.js';

const python = gradingRules('python', 'cpp');
const go = gradingRules('go', 'cpp');
const strict = gradingRules('strict', 'cpp');
const limits = { timeLimitMs: 1000, memoryLimitKb: 65_536 };

describe('testStatus', () => {
  it.each([
    ['the right output', outcome('8\n'), 'Accepted'],
    ['another output', outcome('9\n'), 'Wrong Answer'],
    ['white space that differs', outcome('8 \n 8'), 'Wrong Answer'],
    ['no output', outcome(''), 'Wrong Answer'],
    [
      'the time limit',
      outcome('8', { end: 'time-limit', exitCode: null, signal: signals.SIGKILL }),
      'Time Limit Exceeded',
    ],
    ['an end of its own past the limit', outcome('8', { judgedMs: 1000.5 }), 'Time Limit Exceeded'],
    ['an end just at the limit', outcome('8', { judgedMs: 1000 }), 'Accepted'],
    [
      'a wall time past the limit on a starved host',
      outcome('8', { wallMs: 3000, waitMs: 2500, judgedMs: 500 }),
      'Accepted',
    ],
    ['exit code 124, as the legacy time-out', outcome('8', { exitCode: 124 }), 'Time Limit Exceeded'],
    [
      'too much output',
      outcome('8', { end: 'output-limit', exitCode: null, signal: signals.SIGKILL }),
      'Output Limit Exceeded',
    ],
    ['SIGPIPE', signaled(signals.SIGPIPE, '8'), 'Output Limit Exceeded'],
    ['exit code 141', outcome('8', { exitCode: 141 }), 'Output Limit Exceeded'],
    [
      'a kill for its memory',
      outcome('8', { end: 'memory-limit', exitCode: null, signal: signals.SIGKILL }),
      'Memory Limit Exceeded',
    ],
    ['SIGKILL', signaled(signals.SIGKILL, '8'), 'Memory Limit Exceeded'],
    ['exit code 137', outcome('8', { exitCode: 137 }), 'Memory Limit Exceeded'],
    ['much memory below the cap', outcome('8', { peakMemoryKb: 200_000 }), 'Accepted'],
    ['SIGSEGV', signaled(signals.SIGSEGV, '8'), 'Runtime Error'],
    ['SIGFPE', signaled(signals.SIGFPE, '8'), 'Runtime Error'],
    ['SIGABRT', signaled(signals.SIGABRT, '8'), 'Runtime Error'],
    ['exit code 1 after the right output', outcome('8', { exitCode: 1 }), 'Runtime Error'],
    [
      'the words of a crash on stderr',
      outcome('8', { stderrText: 'Segmentation fault, killed' }),
      'Accepted',
    ],
  ] as const)('python profile: %s', (_what, observed, status) => {
    expect(testStatus(observed, '8', python, limits)).toBe(status);
  });

  it.each([
    ['white space that differs', outcome('8\n8'), '8 8', 'Presentation Error'],
    ['SIGKILL without a sign of memory', signaled(signals.SIGKILL), '', 'Runtime Error'],
    ['a peak above the limit', outcome('8', { peakMemoryKb: 65_537 }), '8', 'Memory Limit Exceeded'],
    ['a peak at the limit', outcome('8', { peakMemoryKb: 65_536 }), '8', 'Accepted'],
    [
      'a peak above the limit after the time limit',
      outcome('', { end: 'time-limit', peakMemoryKb: 99_999 }),
      '8',
      'Time Limit Exceeded',
    ],
  ] as const)('go profile: %s', (_what, observed, expected, status) => {
    expect(testStatus(observed, expected, go, limits)).toBe(status);
  });

  it('strict profile: holds the peak against the limit of the problem', () => {
    expect(testStatus(outcome('8', { peakMemoryKb: 70_000 }), '8', strict, limits)).toBe(
      'Memory Limit Exceeded',
    );
  });

  it('compares the whole output, and a NUL is no match', () => {
    const long = 'x'.repeat(900_000);
    expect(testStatus(outcome(`${long}y`), `${long}y`, python, limits)).toBe('Accepted');
    expect(testStatus(outcome(`${long}y`), `${long}z`, python, limits)).toBe('Wrong Answer');
    expect(testStatus(outcome('8\0'), '8', python, limits)).toBe('Wrong Answer');
  });

  it.each([
    ['python', python, 'Accepted'],
    ['go', go, 'Wrong Answer'],
    ['strict', strict, 'Wrong Answer'],
  ] as const)('%s profile: a printed EOF, as its legacy worker judges it', (_profile, rules, status) => {
    const printed = outcome('', { stdout: new Uint8Array([0x38, 0xff]) });
    expect(testStatus(printed, '8', rules, limits)).toBe(status);
  });

  it('never accepts what did not end by itself with 0 in time', () => {
    const end = fc.constantFrom<ExecutionEnd>(
      'exited',
      'signaled',
      'time-limit',
      'output-limit',
      'memory-limit',
    );
    fc.assert(
      fc.property(
        end,
        fc.nat(255),
        fc.double({ min: 0, max: 5000, noNaN: true }),
        (cause, code, judgedMs) => {
          const exit =
            cause === 'exited'
              ? { exitCode: code, signal: null }
              : { exitCode: null, signal: (code % 64) + 1 };
          const status = testStatus(outcome('8', { end: cause, ...exit, judgedMs }), '8', python, limits);
          const fine = cause === 'exited' && code === 0 && judgedMs <= limits.timeLimitMs;
          expect(status === 'Accepted').toBe(fine);
        },
      ),
    );
  });
});

describe('exitStatus', () => {
  it('counts signals from 128, as a shell does', () => {
    expect(exitStatus({ exitCode: null, signal: 11 })).toBe(139);
    expect(exitStatus({ exitCode: 3, signal: null })).toBe(3);
  });
});
