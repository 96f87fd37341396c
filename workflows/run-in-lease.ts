import type { ContainerLease } from '../activities/acquire-container.js';
import { batchesScheduledAhead, testBatches, testsWithTexts } from '../domain/grading/test-batches.js';
import type { GradingPlan } from '../domain/judging/submission.js';
import type { InlineOrStoredText, TestReport } from '../domain/judging/test-report.js';
import { storedReports } from '../domain/judging/test-report.js';
import { activities, compiling, onHost, running } from './activity-options.js';
import { inLanes } from './lanes.js';
import type { GradingProgress } from './progress.js';

export type LeaseOutcome =
  | { readonly kind: 'all-tests-run' }
  | { readonly kind: 'compile-error'; readonly message: InlineOrStoredText };

/**
 * Steps 3 and 4 in one container: compile, then every test that is not finished yet.
 * @param finished grows as tests finish, so that what is done survives the loss of the host.
 */
export async function runInLease(
  plan: GradingPlan,
  lease: ContainerLease,
  leaseNumber: number,
  finished: Map<number, TestReport>,
  progress: GradingProgress,
): Promise<LeaseOutcome> {
  progress.entered('compile');
  const { submissionId, language, profile } = plan;
  const { leaseId, hostQueue } = lease;
  const compiled = await activities(
    onHost(compiling, hostQueue),
    `compile-${leaseNumber}`,
    'compile',
  ).compile({
    leaseId,
    submissionId,
    language,
    profile,
    requestedLanguage: plan.requestedLanguage,
    ...(plan.functionSignature === undefined ? {} : { functionSignature: plan.functionSignature }),
  });
  if (compiled.kind === 'compile-error') return compiled;
  progress.entered('run');
  const run = async (testCaseIds: readonly number[]) => {
    const { activityId, summary } = batchName(plan, testCaseIds, leaseNumber);
    const options = onHost(running(testCaseIds.length, plan.timeLimitMs), hostQueue);
    const ran = await activities(options, activityId, summary).runTest({
      leaseId,
      testCaseIds,
      language,
      profile,
      gradingMode: plan.gradingMode,
      timeLimitMs: plan.timeLimitMs,
      memoryLimitKb: plan.memoryLimitKb,
      sourceFile: compiled.sourceFile,
      ...(plan.testCaseIds.length > testsWithTexts ? { textsApart: true } : {}),
    });
    const reports = ran.stored === undefined ? ran.reports : storedReports(ran.stored);
    for (const report of reports) finished.set(report.testCaseId, report);
    progress.finished(reports);
  };
  const batches = testBatches(plan.testCaseIds, plan.timeLimitMs)
    .map((batch) => batch.filter((id) => !finished.has(id)))
    .filter((batch) => batch.length > 0);
  await inLanes(batches, batchesScheduledAhead, run);
  return { kind: 'all-tests-run' };
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
