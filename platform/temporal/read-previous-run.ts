import type { CompileOutput } from '../../activities/compile.js';
import type { DeliverResultInput } from '../../activities/deliver-result.js';
import type { LoadSubmissionOutput } from '../../activities/load-submission.js';
import type { RecordResultOutput } from '../../activities/record-result.js';
import type { RunTestOutput } from '../../activities/run-test.js';
import type { GradeSubmissionInput } from '../../domain/grading/grading-workflow.js';
import type { PreviousRun } from '../../domain/grading/previous-run.js';
import { isRealResult, resumePoint } from '../../domain/grading/previous-run.js';
import { testsWithTexts } from '../../domain/grading/test-batches.js';
import type { TestReport } from '../../domain/judging/test-report.js';
import { groupByDocument, storedReports } from '../../domain/judging/test-report.js';
import type { HistoryStep, RunRecord } from './read-run.js';

type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] };

/**
 * What a closed run had achieved, read from the results of its steps. Its failure says why it ended, not what it had,
 * so a terminated run, or one of an older version, can be continued too.
 */
export function readPreviousRun(runId: string, run: RunRecord): PreviousRun {
  const before = (run.input as GradeSubmissionInput | undefined)?.earlier;
  const judged = new Map<number, TestReport>();
  const work: Mutable<Omit<PreviousRun, 'reports' | 'stored'>> = {
    runId,
    recorded: false,
    ...(run.failure?.step === undefined ? {} : { failedStep: run.failure.step }),
  };
  for (const step of run.steps) if (step.completed) add(step);
  const inOrder = [...judged.values()].toSorted((a, b) => a.testCaseId - b.testCaseId);
  const { reports, stored } = groupByDocument(inOrder);
  // Of a version that did not keep them apart: together they would not fit the input of a replay. They are run again.
  const whole = reports.length > testsWithTexts ? [] : reports;
  if (whole.length < reports.length) work.recorded = false;
  return { ...work, reports: whole, ...(stored.length === 0 ? {} : { stored }) };

  function add({ activity, input, result }: HistoryStep): void {
    switch (activity) {
      case 'loadSubmission': {
        const { grading } = result as LoadSubmissionOutput;
        if (grading.kind !== 'plan') return;
        work.plan = grading.plan;
        if (before !== undefined) takeOver(before);
        return;
      }
      case 'acquireContainer':
        work.hostQueue = (result as { hostQueue: string }).hostQueue;
        return;
      case 'compile': {
        const compiled = result as CompileOutput;
        if (compiled.kind === 'compile-error') work.compileError = compiled.message;
        return;
      }
      case 'runTest':
        for (const report of reportsOf(result as RunTestOutput)) judged.set(report.testCaseId, report);
        // A test that ran again has another result to record.
        work.recorded = false;
        return;
      case 'recordResult': {
        const recorded = result as RecordResultOutput;
        const status = recorded.overallStatus ?? (input as DeliverResultInput | undefined)?.overallStatus;
        if (status === undefined || !isRealResult(status)) return;
        if (recorded.postponed === undefined) work.recorded = true;
        return;
      }
    }
  }

  /** That run was itself a replay that took over earlier results. */
  function takeOver(earlier: PreviousRun): void {
    const resumed = resumePoint(earlier, work.plan);
    if (resumed.from === 'start') return;
    for (const report of resumed.reports) judged.set(report.testCaseId, report);
    if (earlier.compileError !== undefined) work.compileError = earlier.compileError;
    if (earlier.hostQueue !== undefined) work.hostQueue = earlier.hostQueue;
    work.recorded = earlier.recorded;
  }
}

function reportsOf({ reports, stored }: RunTestOutput): readonly TestReport[] {
  return stored === undefined ? reports : storedReports(stored);
}
