import type { ContainerLease } from '../activities/acquire-container.js';
import type { RunTestInput, RunTestOutput } from '../activities/run-test.js';
import { FailureType } from '../domain/grading/failure-type.js';
import { ShortTests, shortTestRows, shortTestsBudget } from '../domain/grading/short-tests.js';
import { batchesScheduledAhead, testBatches, testsWithTexts } from '../domain/grading/test-batches.js';
import type { GradingPlan } from '../domain/judging/submission.js';
import { storedReports } from '../domain/judging/test-report.js';
import { activities, onHost, running, runningLocallyMs } from './activity-options.js';
import { failure } from './failures.js';
import type { GradingState } from './grading-state.js';
import { inLanes } from './lanes.js';

/**
 * Step 4: every test that is not finished yet. Short ones run within this workflow task if that is on the container's
 * host; once one is not short, those that are left are activities.
 */
export async function runTests(
  state: GradingState,
  lease: ContainerLease,
  leaseNumber: number,
  sourceFile: string,
): Promise<void> {
  const { plan, finished, local } = state;
  const inputOf = (testCaseIds: readonly number[]): RunTestInput => ({
    leaseId: lease.leaseId,
    testCaseIds,
    language: plan.language,
    profile: plan.profile,
    gradingMode: plan.gradingMode,
    timeLimitMs: plan.timeLimitMs,
    memoryLimitKb: plan.memoryLimitKb,
    sourceFile,
    ...(plan.testCaseIds.length > testsWithTexts ? { textsApart: true } : {}),
  });
  const unfinished = plan.testCaseIds.filter((id) => !finished.has(id));
  const tests = new ShortTests(shortTestRows(unfinished), shortTestsBudget);
  if (local !== undefined) {
    const run = async (testCaseIds: readonly number[], wave: NonNullable<RunTestInput['wave']>) => {
      const { summary } = batchName(plan, testCaseIds, leaseNumber);
      const input = { ...inputOf(testCaseIds), onlyOnHost: lease.hostQueue, wave };
      const ran = await local.first<RunTestOutput | undefined>(
        { maxMs: runningLocallyMs, summary, run: (steps) => steps.runTest(input) },
        async () => undefined,
      );
      const hasRun = ran?.local?.elsewhere === false;
      if (hasRun) take(state, ran);
      tests.ran(testCaseIds, hasRun ? ran.local?.tookMs : undefined);
    };
    for (const wave of tests.whileShort()) {
      const together = { firstTestId: wave[0]?.[0] ?? 0, size: wave.length };
      const ended = await Promise.allSettled(wave.map((testCaseIds) => run(testCaseIds, together)));
      for (const end of ended) if (end.status === 'rejected') throw end.reason;
    }
  }
  const rest = new Set(tests.rest().flat());
  const batches = testBatches(plan.testCaseIds, plan.timeLimitMs)
    .map((batch) => batch.filter((id) => rest.has(id)))
    .filter((batch) => batch.length > 0);
  await inLanes(batches, batchesScheduledAhead, async (testCaseIds) => {
    const options = onHost(running(testCaseIds.length, plan.timeLimitMs), lease.hostQueue);
    const { activityId, summary } = batchName(plan, testCaseIds, leaseNumber);
    const input = { ...inputOf(testCaseIds), ...(testCaseIds.length > 1 ? { partly: true } : {}) };
    const ran = await activities(options, activityId, summary).runTest(input);
    take(state, ran);
    if (ran.lost !== undefined) throw failure({ type: FailureType.LeaseLost, message: ran.lost });
  });
}

function take({ finished, progress }: GradingState, { reports, stored }: RunTestOutput): void {
  const judged = stored === undefined ? reports : storedReports(stored);
  for (const report of judged) finished.set(report.testCaseId, report);
  progress.finished(judged);
}

/**
 * `test-07`, or `test-07-08` for several; numbers as a student counts, ids as the database does.
 * In a later container `test-07-lease-2`: the attempt in the lost one may still be pending, and the server takes
 * an id only once.
 */
function batchName(
  plan: GradingPlan,
  ids: readonly number[],
  leaseNumber: number,
): { activityId: string; summary: string } {
  const width = Math.max(2, String(plan.testCaseIds.length).length);
  const ends = ids.length === 1 ? ids.slice(0, 1) : [...ids.slice(0, 1), ...ids.slice(-1)];
  const numbers = ends.map((id) => String(plan.testCaseIds.indexOf(id) + 1).padStart(width, '0'));
  const word = ids.length === 1 ? 'test' : 'tests';
  return {
    activityId: `test-${numbers.join('-')}${leaseNumber === 1 ? '' : `-lease-${leaseNumber}`}`,
    summary: `${word} ${numbers.join('–')} (id ${ends.join('–')})`,
  };
}
