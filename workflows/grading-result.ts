import { workflowInfo } from '@temporalio/workflow';
import type { DeliverResultInput, ResultReport } from '../activities/deliver-result.js';
import type { GradeSubmissionResult } from '../domain/grading/grading-workflow.js';
import type { PreviousRun, ResumePoint } from '../domain/grading/previous-run.js';
import type { ShownTest } from '../domain/grading/test-lines.js';
import { testLines } from '../domain/grading/test-lines.js';
import { score } from '../domain/judging/scoring.js';
import { overallStatus, Status } from '../domain/judging/status.js';
import type { GradingPlan } from '../domain/judging/submission.js';
import type { TestReport } from '../domain/judging/test-report.js';
import { groupByDocument, storedReports } from '../domain/judging/test-report.js';
import type { GradingState } from './grading-state.js';
import { rowsShown } from './progress.js';
import type { LeaseOutcome } from './run-in-lease.js';

/** `hostQueue`: of the host that has the outputs. */
export type JudgedOutcome = LeaseOutcome & { readonly hostQueue: string | undefined };

export function reportsByTestCase(resumed: ResumePoint): Map<number, TestReport> {
  const reports = resumed.from === 'start' ? [] : resumed.reports;
  return new Map(reports.map((report) => [report.testCaseId, report]));
}

export function gradingResult(
  { plan, finished }: GradingState,
  outcome: JudgedOutcome,
  missing: DeliverResultInput['missingOutputs'],
): DeliverResultInput {
  const { submissionId } = plan;
  if (outcome.kind === 'compile-error') {
    const results = [wholeResult(Status.CompileError, outcome.message)];
    return { submissionId, overallStatus: Status.CompileError, results, missingOutputs: missing };
  }
  const judged = plan.testCaseIds.flatMap((id) => finished.get(id) ?? []);
  const { reports: results, stored } = groupByDocument(judged);
  return {
    submissionId,
    overallStatus: overallStatus(judged),
    results,
    ...(stored.length === 0 ? {} : { stored }),
    missingOutputs: missing,
  };
}

/** A result of the submission as a whole has no test case (contract §4). */
export function wholeResult(
  status: typeof Status.CompileError | typeof Status.SystemError,
  errorMessage: ResultReport['errorMessage'],
): ResultReport {
  return { testCaseId: null, status, executionTimeMs: 0, memoryUsedKb: 0, output: null, errorMessage };
}

/** What `test_cases.points` defaults to (contract §3). */
const defaultPoints = 10;

export function summarise(plan: GradingPlan, result: DeliverResultInput): GradeSubmissionResult {
  const tests = plan.testCaseIds.map((id, index) => ({
    id,
    points: plan.testCasePoints?.[index] ?? defaultPoints,
  }));
  const judged = [...result.results, ...(result.stored ?? []).flatMap(storedReports)];
  return {
    submissionId: plan.submissionId,
    verdict: result.overallStatus,
    score: score(tests, { overallStatus: result.overallStatus, results: judged }),
    testsAccepted: judged.filter((row) => row.status === Status.Accepted).length,
    testsTotal: plan.testCaseIds.length,
    tests: testLines(testRows(plan, judged), rowsShown),
  };
}

/** In the order of the plan; none of a program that did not compile. */
function testRows(plan: GradingPlan, judged: readonly ResultReport[]): ShownTest[] {
  const byId = new Map(judged.map((report) => [report.testCaseId, report]));
  return plan.testCaseIds.flatMap((testCaseId) => {
    const report = byId.get(testCaseId);
    return report === undefined ? [] : { ...report, testCaseId };
  });
}

/** What a later run may take over, if the submission is the same then. */
export function judgement(
  plan: GradingPlan,
  finished: ReadonlyMap<number, TestReport>,
  outcome: JudgedOutcome,
): PreviousRun {
  return {
    runId: workflowInfo().runId,
    plan,
    reports: [...finished.values()],
    ...(outcome.kind === 'compile-error' ? { compileError: outcome.message } : {}),
    ...(outcome.hostQueue === undefined ? {} : { hostQueue: outcome.hostQueue }),
    recorded: false,
  };
}
