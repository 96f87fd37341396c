import type { ExecutionOutcome } from '../judging/execution.js';
import type { GradingRules } from '../judging/grading-profile.js';
import type { EffectiveLimits } from '../judging/limits.js';
import { outputLimitBytes } from '../judging/limits.js';
import { compareOutput } from '../judging/output-comparison.js';
import type { TestStatus } from '../judging/status.js';
import { Status } from '../judging/status.js';
import { comparedOutput, memoryLimitReached, testStatus, timeLimitReached } from '../judging/verdict.js';

/** One judged test in function mode. */
export interface FunctionJudgement {
  readonly status: TestStatus;
  /** The text that was compared and is stored. */
  readonly judgedOutput: Uint8Array;
  /** False where time and memory are reported as 0 (contract §6). */
  readonly measured: boolean;
  /** As it was judged. */
  readonly outcome: ExecutionOutcome;
}

/**
 * The verdict of one test in function mode (contract §6, last bullet of function mode).
 * Under the Python worker's rules, stdout and stderr are judged together, and equal output is Accepted whatever the
 * exit status, but never past the time limit. Everything else gets its true status. The streams reach us apart, so
 * they are joined, stdout first; the legacy worker saw them as they came.
 */
export function judgeFunctionTest(
  outcome: ExecutionOutcome,
  expectedOutput: string,
  rules: GradingRules,
  limits: EffectiveLimits,
): FunctionJudgement {
  if (rules.functionJudging === 'as-stdio') {
    const status = testStatus(outcome, expectedOutput, rules, limits);
    return { status, judgedOutput: outcome.stdout, measured: true, outcome };
  }
  const judgedOutput = bothStreams(outcome);
  const judged = boundedTogether(outcome, limits);
  const status = isAccepted(judged, judgedOutput, expectedOutput, rules, limits)
    ? Status.Accepted
    : testStatus({ ...judged, stdout: judgedOutput }, expectedOutput, rules, limits);
  return { status, judgedOutput, measured: false, outcome: judged };
}

/** The limit of the output is that of both streams together, which the sandbox sees apart. */
function boundedTogether(outcome: ExecutionOutcome, limits: EffectiveLimits): ExecutionOutcome {
  const isWithin = outcome.stdout.length + outcome.stderr.length < outputLimitBytes;
  const endedByItself = outcome.end === 'exited' || outcome.end === 'signaled';
  if (isWithin || !endedByItself || timeLimitReached(outcome, limits)) return outcome;
  return { ...outcome, end: 'output-limit' };
}

function isAccepted(
  outcome: ExecutionOutcome,
  output: Uint8Array,
  expectedOutput: string,
  rules: GradingRules,
  limits: EffectiveLimits,
): boolean {
  if (timeLimitReached(outcome, limits)) return false;
  // The output was cut, so its end is unknown.
  if (outcome.end === 'output-limit') return false;
  // The problem's own limit (profile `strict`) holds here too.
  if (rules.memory === 'problem-limit' && memoryLimitReached(outcome, rules, limits)) return false;
  return compareOutput(comparedOutput(output, rules), expectedOutput) === 'equal';
}

/** Marks a cut in stderr, so that a part never passes for the whole. */
function bothStreams({ stdout, stderr, stderrTruncated }: ExecutionOutcome): Uint8Array {
  if (stderr.length === 0) return stdout;
  const mark = new TextEncoder().encode(stderrTruncated ? '\n… (error output cut)' : '');
  const both = new Uint8Array(stdout.length + stderr.length + mark.length);
  both.set(stdout);
  both.set(stderr, stdout.length);
  both.set(mark, stdout.length + stderr.length);
  return both;
}
