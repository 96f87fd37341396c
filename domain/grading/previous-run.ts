import { Status } from '../judging/status.js';
import type { GradingPlan } from '../judging/submission.js';
import type { InlineOrStoredText, TestReport } from '../judging/test-report.js';
import type { GradingStep } from './failure-type.js';

/** What a run of a grading had come to when it ended: ids, statuses and short outputs, as its history had them. */
export interface PreviousRun {
  readonly runId: string;
  /** Undefined where the run says no step, such as one that was terminated before its first. */
  readonly failedStep?: GradingStep;
  /** What was judged by; undefined when the submission had not been loaded. */
  readonly plan?: GradingPlan;
  readonly reports: readonly TestReport[];
  /** The whole result where the program did not compile. */
  readonly compileError?: InlineOrStoredText;
  /** Queue of the host that has the outputs the results refer to. */
  readonly hostQueue?: string;
  /** The real result, not a System Error, is in the database already. */
  readonly recorded: boolean;
}

/** Where a replay begins and what it takes over. A container never lives on, so unfinished tests need a compile. */
export type ResumePoint =
  | { readonly from: 'start'; readonly why: string }
  | { readonly from: 'run' | 'record' | 'notify'; readonly reports: readonly TestReport[] };

/**
 * What of a run's work still holds. Its results do as long as the same tests would be run in the same way.
 * @param current the plan as it is loaded now; without it the answer is for a problem that has not changed.
 */
export function resumePoint(earlier: PreviousRun, current = earlier.plan): ResumePoint {
  const { plan, reports, compileError } = earlier;
  if (plan === undefined || current === undefined) return fromStart('nothing was loaded');
  if (reports.length === 0 && compileError === undefined) return fromStart('no test was finished');
  const change = firstChange(plan, current);
  if (change !== undefined) return fromStart(`${change} changed since`);
  const judged = new Set(reports.map((report) => report.testCaseId));
  if (compileError === undefined && !plan.testCaseIds.every((id) => judged.has(id))) {
    return { from: 'run', reports };
  }
  return { from: earlier.recorded ? 'notify' : 'record', reports };
}

/** For people: what a replay repeats. */
export function describeResumePoint(resumed: ResumePoint): string {
  switch (resumed.from) {
    case 'start':
      return `start (${resumed.why})`;
    case 'run':
      return `run (${resumed.reports.length} ${plural('test', resumed.reports.length)} kept)`;
    case 'record':
    case 'notify':
      return `${resumed.from} (no compile, no test)`;
  }
}

/** A run that ended in a System Error has told nobody its real result. */
export function isRealResult(overallStatus: string): boolean {
  return overallStatus !== Status.SystemError;
}

function plural(noun: string, count: number): string {
  return count === 1 ? noun : `${noun}s`;
}

function fromStart(why: string): ResumePoint {
  return { from: 'start', why };
}

/** Everything a verdict depends on, by the words an operator knows it by. Points are counted anew. */
const judgedBy: readonly (readonly [string, (plan: GradingPlan) => unknown])[] = [
  ['the language', (plan) => plan.language],
  ['the grading mode', (plan) => plan.gradingMode],
  ['the function signature', (plan) => plan.functionSignature],
  ['the grading profile', (plan) => plan.profile],
  ['the time limit', (plan) => plan.timeLimitMs],
  ['the memory limit', (plan) => plan.memoryLimitKb],
  ['the list of tests', (plan) => plan.testCaseIds.join()],
  // Unknown in both is no proof that nothing changed.
  ['the test data', (plan) => plan.testDataVersion ?? Number.NaN],
];

function firstChange(before: GradingPlan, now: GradingPlan): string | undefined {
  return judgedBy.find(([, of]) => of(before) !== of(now))?.[0];
}
