import { Context } from '@temporalio/activity';
import type { FunctionJudgement } from '../domain/function-mode/function-verdict.js';
import { judgeFunctionTest } from '../domain/function-mode/function-verdict.js';
import type { ExecutionLimits, ExecutionOutcome } from '../domain/judging/execution.js';
import type { GradingProfile, GradingRules } from '../domain/judging/grading-profile.js';
import { gradingRules } from '../domain/judging/grading-profile.js';
import type { Language } from '../domain/judging/language.js';
import { languages } from '../domain/judging/language.js';
import type { EffectiveLimits } from '../domain/judging/limits.js';
import { containerMemoryKb, hardWallLimitMs } from '../domain/judging/limits.js';
import { testMessage } from '../domain/judging/messages.js';
import { Status } from '../domain/judging/status.js';
import { storableText } from '../domain/judging/storable-text.js';
import type { GradingMode } from '../domain/judging/submission.js';
import type { TestReport } from '../domain/judging/test-report.js';
import { testStatus } from '../domain/judging/verdict.js';
import type { ActivityDependencies, LeasedContainer } from './dependencies.js';
import { TestCaseNotFoundError } from './errors.js';
import { withHeartbeats } from './heartbeat.js';
import { inlineLimitBytes, inlineOrStored } from './inline-or-stored-text.js';

export interface RunTestInput extends EffectiveLimits {
  readonly leaseId: string;
  /** In ascending id; one for each activity, several where a problem has very many. */
  readonly testCaseIds: readonly number[];
  readonly language: Language;
  readonly profile: GradingProfile;
  /** stdio where absent. */
  readonly gradingMode?: GradingMode;
  readonly sourceFile: string;
}

export interface RunTestOutput {
  readonly reports: readonly TestReport[];
}

/**
 * Step 4: runs the tests of one batch and judges each.
 * Its heartbeats carry the finished reports, so that a retry goes on after the last of them.
 * @throws LeaseLostError, TestCaseNotFoundError
 */
export function runTest(deps: ActivityDependencies) {
  return async (input: RunTestInput): Promise<RunTestOutput> => {
    const reports = finishedBefore(Context.current().info.heartbeatDetails, input.testCaseIds);
    await withHeartbeats(
      async (signal) => {
        const container = deps.pool.container(input.leaseId);
        for (const testCaseId of input.testCaseIds.slice(reports.length)) {
          signal.throwIfAborted();
          reports.push(await judgeOne(deps, container, input, testCaseId, signal));
        }
      },
      () => ({ reports }),
    );
    return { reports };
  };
}

/** What the program may use besides time and memory (contract §6: 1 MiB of output). */
function runLimits(input: RunTestInput): ExecutionLimits {
  return {
    timeMs: input.timeLimitMs,
    wallMs: hardWallLimitMs(input.timeLimitMs),
    memoryKb: containerMemoryKb(input, input.profile, input.language),
    stdoutBytes: 1024 * 1024,
    stderrBytes: 64 * 1024,
    fileBytes: 64 * 1024 * 1024,
    processes: 128,
  };
}

async function judgeOne(
  { store, outputs, settings }: ActivityDependencies,
  container: LeasedContainer,
  input: RunTestInput,
  testCaseId: number,
  signal: AbortSignal,
): Promise<TestReport> {
  const test = await store.loadTestCase(testCaseId);
  if (test === undefined) {
    throw new TestCaseNotFoundError(
      `Test case ${testCaseId} was deleted while the submission was graded. Grade the submission again.`,
    );
  }
  const outcome = await container.execute(
    {
      argv: languages[input.language].runCommand(input.sourceFile),
      stdin: new TextEncoder().encode(test.input),
      limits: runLimits(input),
      freshTmp: true,
    },
    signal,
  );
  const rules = gradingRules(input.profile, input.language);
  const { status, judgedOutput, measured } = judge(outcome, test.expectedOutput, rules, input);
  const message = testMessage(status, outcome, input);
  const shown = !(status === Status.Accepted && rules.outputOfAccepted === 'left-out');
  // Reports of a batch travel together.
  const inlineBytes = Math.floor(inlineLimitBytes / input.testCaseIds.length);
  const keep = (text: string) => inlineOrStored(outputs, text, inlineBytes);
  return {
    testCaseId,
    status,
    executionTimeMs: measured ? Math.round(outcome.judgedMs) : 0,
    memoryUsedKb: measured ? Math.round(outcome.peakMemoryKb) : 0,
    output: shown ? await keep(storableText(judgedOutput, settings.outputReceivedLimitBytes)) : null,
    errorMessage: message === null ? null : await keep(message),
  };
}

function judge(
  outcome: ExecutionOutcome,
  expectedOutput: string,
  rules: GradingRules,
  input: RunTestInput,
): FunctionJudgement {
  if (input.gradingMode === 'function') return judgeFunctionTest(outcome, expectedOutput, rules, input);
  const status = testStatus(outcome, expectedOutput, rules, input);
  return { status, judgedOutput: outcome.stdout, measured: true };
}

function finishedBefore(details: unknown, testCaseIds: readonly number[]): TestReport[] {
  if (typeof details !== 'object' || details === null || !('reports' in details)) return [];
  if (!Array.isArray(details.reports)) return [];
  const reports = details.reports as TestReport[];
  const isPrefix = reports.every((report, index) => report.testCaseId === testCaseIds[index]);
  return isPrefix ? [...reports] : [];
}
