import { describe, expect, it } from 'vitest';
import { outcome, signaled } from '../../test/fakes/execution-outcomes.js';
import { gradingRules } from '../judging/grading-profile.js';
import { signals } from '../judging/signals.js';
import { judgeFunctionTest } from './function-verdict.js';

const python = gradingRules('python', 'cpp');
const strict = gradingRules('strict', 'cpp');
const go = gradingRules('go', 'cpp');
const limits = { timeLimitMs: 1000, memoryLimitKb: 65_536 };

describe('judgeFunctionTest', () => {
  it.each([
    ['the right output', outcome('8\n'), 'Accepted'],
    ['another output', outcome('9\n'), 'Wrong Answer'],
    ['the right output before a crash', signaled(signals.SIGSEGV, '8\n'), 'Accepted'],
    ['the right output before an exit code', outcome('8\n', { exitCode: 124 }), 'Accepted'],
    ['another output before a crash', signaled(signals.SIGSEGV, '9\n'), 'Runtime Error'],
    ['an exception', outcome('', { exitCode: 1, stderrText: 'Runtime Error: no\n' }), 'Runtime Error'],
    ['the right output past the time limit', outcome('8\n', { judgedMs: 1001 }), 'Time Limit Exceeded'],
    ['the right output, then a loop', signaledByLimit('time-limit'), 'Time Limit Exceeded'],
    ['the right output, then too much', signaledByLimit('output-limit'), 'Output Limit Exceeded'],
    ['the right output, killed for its memory', signaledByLimit('memory-limit'), 'Accepted'],
    ['stderr after the right output', outcome('8\n', { stderrText: 'debug\n' }), 'Wrong Answer'],
    ['the right output in both streams', outcome('', { stderrText: '8\n' }), 'Accepted'],
    ['stderr that was cut', outcome('', { stderrText: '8', stderrTruncated: true }), 'Wrong Answer'],
  ] as const)('python profile (contract §6): %s', (_what, observed, status) => {
    expect(judgeFunctionTest(observed, '8', python, limits)).toMatchObject({ status, measured: false });
  });

  it.each([
    ['stdout alone', 1_048_576, 0, 'Output Limit Exceeded'],
    ['stderr alone', 0, 1_048_576, 'Output Limit Exceeded'],
    ['both together', 1_000_000, 48_576, 'Output Limit Exceeded'],
    ['a byte less', 1_000_000, 48_575, 'Wrong Answer'],
  ] as const)('python profile: 1 MiB is too much: %s', (_what, stdoutBytes, stderrBytes, status) => {
    const stderrText = 'e'.repeat(stderrBytes);
    const observed = outcome('x'.repeat(stdoutBytes), { stderrText });
    const judged = judgeFunctionTest(observed, '8', python, limits);
    expect(judged.status).toBe(status);
    expect(judged.outcome.end).toBe(status === 'Wrong Answer' ? 'exited' : 'output-limit');
    const right = `${'x'.repeat(stdoutBytes)}${stderrText}`;
    expect(judgeFunctionTest(observed, right, python, limits).status === 'Accepted').toBe(
      status === 'Wrong Answer',
    );
    expect(judgeFunctionTest({ ...observed, judgedMs: 1001 }, '8', python, limits).status).toBe(
      'Time Limit Exceeded',
    );
  });

  it('shows what was judged: stdout, then stderr (contract §6)', () => {
    const { judgedOutput } = judgeFunctionTest(outcome('8\n', { stderrText: 'debug' }), '8', python, limits);
    expect(new TextDecoder().decode(judgedOutput)).toBe('8\ndebug');
  });

  it('strict profile: the memory limit of the problem holds whatever was printed', () => {
    const observed = outcome('8\n', { peakMemoryKb: 70_000 });
    expect(judgeFunctionTest(observed, '8', strict, limits).status).toBe('Memory Limit Exceeded');
  });

  it('go profile: as in stdio mode, measured, stdout alone (contract §7)', () => {
    const judged = judgeFunctionTest(outcome('8\n', { stderrText: 'debug' }), '8', go, limits);
    expect(judged).toMatchObject({ status: 'Accepted', measured: true });
    const crashed = judgeFunctionTest(signaled(signals.SIGSEGV, '8\n'), '8', go, limits);
    expect(crashed.status).toBe('Runtime Error');
  });
});

function signaledByLimit(end: 'time-limit' | 'output-limit' | 'memory-limit') {
  return outcome('8\n', { end, exitCode: null, signal: signals.SIGKILL });
}
