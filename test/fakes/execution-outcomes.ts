import type { ExecutionOutcome } from '../../domain/judging/execution.js';

const bytes = (text: string) => new TextEncoder().encode(text);

/** A program that printed `stdout` and ended well, except where `differences` says otherwise. */
export function outcome(
  stdout = '',
  differences: Partial<ExecutionOutcome> & { stderrText?: string } = {},
): ExecutionOutcome {
  const { stderrText, ...rest } = differences;
  return {
    end: 'exited',
    exitCode: 0,
    signal: null,
    wallMs: 3,
    cpuMs: 2,
    waitMs: 0,
    judgedMs: 3,
    peakMemoryKb: 3400,
    stdout: bytes(stdout),
    stderr: bytes(stderrText ?? ''),
    stderrTruncated: false,
    ...rest,
  };
}

export function signaled(signal: number, stdout = ''): ExecutionOutcome {
  return outcome(stdout, { end: 'signaled', exitCode: null, signal });
}
