import { Context } from '@temporalio/activity';
import { errorText } from '../domain/errors/error-text.js';
import type { FunctionJudgement } from '../domain/function-mode/function-verdict.js';
import { judgeFunctionTest } from '../domain/function-mode/function-verdict.js';
import { FailureType } from '../domain/grading/failure-type.js';
import { oversizedTestData, unreadableTest } from '../domain/grading/faulty-test.js';
import { StepError } from '../domain/grading/step-error.js';
import type { ExecutionLimits, ExecutionOutcome } from '../domain/judging/execution.js';
import type { GradingProfile, GradingRules } from '../domain/judging/grading-profile.js';
import { gradingRules } from '../domain/judging/grading-profile.js';
import type { Language } from '../domain/judging/language.js';
import { languages } from '../domain/judging/language.js';
import type { EffectiveLimits } from '../domain/judging/limits.js';
import {
  containerMemoryKb,
  hardWallLimitMs,
  outputLimitBytes,
  withinBounds,
} from '../domain/judging/limits.js';
import { testMessage } from '../domain/judging/messages.js';
import { maxProcesses } from '../domain/judging/refused-process.js';
import { Status } from '../domain/judging/status.js';
import { storableText } from '../domain/judging/storable-text.js';
import type { GradingMode } from '../domain/judging/submission.js';
import type { StoredReports, TestReport } from '../domain/judging/test-report.js';
import { reportRow } from '../domain/judging/test-report.js';
import { testStatus } from '../domain/judging/verdict.js';
import type { ActivityDependencies, LeasedContainer, TestCaseData } from './dependencies.js';
import { FaultyTestError, TestCaseNotFoundError } from './errors.js';
import { withHeartbeats } from './heartbeat.js';
import { inlineLimitBytes, inlineOrStored } from './inline-or-stored-text.js';
import { Waves } from './waves.js';

export interface RunTestInput extends EffectiveLimits {
  readonly leaseId: string;
  /** In ascending id; one for each activity, several where a problem has very many. */
  readonly testCaseIds: readonly number[];
  readonly language: Language;
  readonly profile: GradingProfile;
  /** stdio where absent. */
  readonly gradingMode?: GradingMode;
  readonly sourceFile: string;
  /** The texts of the batch are kept in one document: so many tests are results too large for a history. */
  readonly textsApart?: boolean;
  /** Given where it runs within a workflow task, which may be on any host: nothing is run on another one. */
  readonly onlyOnHost?: string;
  /** What was judged before the container was lost is an answer, too: the workflow asks for the rest elsewhere. */
  readonly partly?: boolean;
  /** Those that were begun together with this one, within a workflow task: they end together. */
  readonly wave?: { readonly firstTestId: number; readonly size: number };
}

export interface RunTestOutput {
  readonly reports: readonly TestReport[];
  /** In place of `reports` where texts are kept apart. */
  readonly stored?: StoredReports;
  /** Why the container was lost before the rest was judged. */
  readonly lost?: string;
  /** Given where `onlyOnHost` was. */
  readonly local?: { readonly elsewhere: boolean; readonly tookMs: number };
}

/**
 * Step 4: runs the tests of one batch and judges each.
 * Its heartbeats carry the finished reports, so that a retry goes on after the last of them.
 * @throws LeaseLostError, TestCaseNotFoundError, FaultyTestError
 */
export function runTest(deps: ActivityDependencies) {
  const waves = new Waves();
  return async ({ wave, ...asked }: RunTestInput): Promise<RunTestOutput> => {
    // A plan made by an earlier version may hold any number.
    const input = { ...asked, ...withinBounds(asked) };
    const beganAt = performance.now();
    try {
      return await runBatch(deps, input);
    } finally {
      if (wave !== undefined) {
        const ranForMs = performance.now() - beganAt;
        await waves.end(`${input.leaseId} ${wave.firstTestId}`, wave.size, ranForMs);
      }
    }
  };
}

async function runBatch(deps: ActivityDependencies, input: RunTestInput): Promise<RunTestOutput> {
  const { onlyOnHost } = input;
  if (onlyOnHost !== undefined && !beginsHere(deps, onlyOnHost, input)) {
    return { reports: [], local: { elsewhere: true, tookMs: 0 } };
  }
  const startedAt = performance.now();
  const reports = finishedBefore(Context.current().info.heartbeatDetails, input.testCaseIds);
  const lost = await unlessLost(input, reports, () =>
    withHeartbeats(
      async (signal) => {
        const container = deps.pool.container(input.leaseId);
        for (const testCaseId of input.testCaseIds.slice(reports.length)) {
          signal.throwIfAborted();
          reports.push(await judgeOne(deps, container, input, testCaseId, signal));
        }
      },
      () => ({ reports }),
    ),
  );
  const judged = input.textsApart === true ? await storedApart(deps, reports) : { reports };
  const output = lost === undefined ? judged : { ...judged, lost };
  if (onlyOnHost === undefined) return output;
  return { ...output, local: { elsewhere: false, tookMs: Math.round(performance.now() - startedAt) } };
}

/**
 * A program may kill its runner in every test: a batch that began anew each time would never end.
 * @returns why the container was lost, where something was judged before; undefined where all was.
 */
async function unlessLost(
  { partly }: RunTestInput,
  reports: readonly TestReport[],
  judgeAll: () => Promise<void>,
): Promise<string | undefined> {
  try {
    await judgeAll();
    return undefined;
  } catch (error) {
    const isLost = error instanceof StepError && error.failureType === FailureType.LeaseLost;
    if (!isLost || partly !== true || reports.length === 0) throw error;
    return errorText(error);
  }
}

/**
 * Within a workflow task, tests run on their container's host alone, and once: those that are asked for again ran in a
 * task that was lost, as one more may be.
 */
function beginsHere({ pool, settings }: ActivityDependencies, host: string, input: RunTestInput): boolean {
  // The host that loaded the submission may have been set otherwise.
  if (!settings.localTests || host !== pool.hostQueue) return false;
  return pool.container(input.leaseId).claimLocalRun(input.testCaseIds);
}

async function storedApart(
  { outputs }: ActivityDependencies,
  reports: readonly TestReport[],
): Promise<RunTestOutput> {
  const { sha256 } = await outputs.put(JSON.stringify(reports));
  return { reports: [], stored: { sha256, rows: reports.map(reportRow) } };
}

/** What the program may use besides time and memory. The byte that reaches the limit of the output ends it (contract §6). */
function runLimits(input: RunTestInput, rules: GradingRules): ExecutionLimits {
  const bothStreamsJudged = input.gradingMode === 'function' && rules.functionJudging === 'output-first';
  return {
    timeMs: input.timeLimitMs,
    wallMs: hardWallLimitMs(input.timeLimitMs),
    memoryKb: containerMemoryKb(input, input.profile, input.language),
    stdoutBytes: outputLimitBytes - 1,
    stderrBytes: bothStreamsJudged ? outputLimitBytes : 64 * 1024,
    fileBytes: 64 * 1024 * 1024,
    processes: maxProcesses,
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
  const stdin = new TextEncoder().encode(test.input);
  assertUsable(test, stdin, input);
  const rules = gradingRules(input.profile, input.language);
  const definition = languages[input.language];
  const observed = await container.execute(
    {
      argv: definition.runCommand(input.sourceFile, input.memoryLimitKb),
      stdin,
      limits: runLimits(input, rules),
      freshTmp: true,
    },
    signal,
  );
  const ended: ExecutionOutcome = definition.memoryExhausted?.(observed)
    ? { ...observed, end: 'memory-limit' }
    : observed;
  const { status, judgedOutput, measured, outcome } = judge(ended, test.expectedOutput, rules, input);
  const message = testMessage(status, outcome, input, input.language);
  const shown = !(status === Status.Accepted && rules.outputOfAccepted === 'left-out');
  // Reports of a batch travel together, in heartbeats too.
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
  return { status, judgedOutput: outcome.stdout, measured: true, outcome };
}

/** Checked at load, but a test may be edited while its submissions are graded, and large ones are not read there. */
function assertUsable(test: TestCaseData, stdin: Uint8Array, input: RunTestInput): void {
  const { language, profile } = input;
  const { functionSignature } = test;
  const problem =
    oversizedTestData(test.id, stdin.length) ??
    (input.gradingMode === 'function'
      ? unreadableTest(
          { functionSignature, language, profile },
          `Test ${test.id} of this problem`,
          test.input,
        )
      : undefined);
  if (problem !== undefined) throw new FaultyTestError(problem);
}

function finishedBefore(details: unknown, testCaseIds: readonly number[]): TestReport[] {
  if (typeof details !== 'object' || details === null || !('reports' in details)) return [];
  if (!Array.isArray(details.reports)) return [];
  const reports = details.reports as TestReport[];
  const isPrefix = reports.every((report, index) => report.testCaseId === testCaseIds[index]);
  return isPrefix ? [...reports] : [];
}
