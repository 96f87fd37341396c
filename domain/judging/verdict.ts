import type { ExecutionOutcome } from './execution.js';
import type { GradingRules } from './grading-profile.js';
import type { EffectiveLimits } from './limits.js';
import { compareOutput } from './output-comparison.js';
import { signals } from './signals.js';
import type { TestStatus } from './status.js';
import { Status } from './status.js';
import { decodeOutput, decodeValidOutput } from './storable-text.js';

/**
 * The verdict of one test. The order of the rules is the Python worker's (contract §6): time, output, memory, exit,
 * comparison.
 * @param expectedOutput compared with the whole output, before anything is cut for storage.
 */
export function testStatus(
  outcome: ExecutionOutcome,
  expectedOutput: string,
  rules: GradingRules,
  limits: EffectiveLimits,
): TestStatus {
  const exit = exitStatus(outcome);
  if (timeLimitReached(outcome, limits) || exit === 124) return Status.TimeLimitExceeded;
  if (outcome.end === 'output-limit' || exit === 128 + signals.SIGPIPE) return Status.OutputLimitExceeded;
  if (memoryLimitReached(outcome, rules, limits)) return Status.MemoryLimitExceeded;
  if (exit === 128 + signals.SIGKILL) return rules.sigkill;
  if (exit !== 0) return Status.RuntimeError;
  return statusByComparison(comparedOutput(outcome.stdout, rules), expectedOutput, rules);
}

/** What of an output is compared with the expected one. */
export function comparedOutput(output: Uint8Array, { invalidUtf8 }: GradingRules): string {
  return invalidUtf8 === 'left-out' ? decodeValidOutput(output) : decodeOutput(output);
}

/** The exit code as a shell and the legacy workers' tables give it: 128 + n for signal n. */
export function exitStatus(outcome: Pick<ExecutionOutcome, 'exitCode' | 'signal'>): number {
  if (outcome.signal !== null) return 128 + outcome.signal;
  return outcome.exitCode ?? 0;
}

export function timeLimitReached(outcome: ExecutionOutcome, limits: EffectiveLimits): boolean {
  if (outcome.end === 'time-limit') return true;
  // It ended by itself between the limit and the sandbox's next check.
  const endedByItself = outcome.end === 'exited' || outcome.end === 'signaled';
  return endedByItself && outcome.judgedMs > limits.timeLimitMs;
}

export function memoryLimitReached(
  outcome: ExecutionOutcome,
  rules: GradingRules,
  limits: EffectiveLimits,
): boolean {
  if (outcome.end === 'memory-limit') return true;
  return rules.memory === 'problem-limit' && outcome.peakMemoryKb > limits.memoryLimitKb;
}

function statusByComparison(actual: string, expected: string, rules: GradingRules): TestStatus {
  switch (compareOutput(actual, expected)) {
    case 'equal':
      return Status.Accepted;
    case 'equal-except-white-space':
      return rules.presentationError ? Status.PresentationError : Status.WrongAnswer;
    case 'different':
      return Status.WrongAnswer;
  }
}
