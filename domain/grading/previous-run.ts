import { Status } from '../judging/status.js';
import type { GradingPlan } from '../judging/submission.js';
import type { InlineOrStoredText, StoredReports, TestReport } from '../judging/test-report.js';
import { storedReports } from '../judging/test-report.js';
import type { GradingStep } from './failure-type.js';

/** What a run of a grading had achieved when it ended: ids, statuses and short outputs from its history. */
export interface PreviousRun {
  readonly runId: string;
  /** Undefined when the run names no step, such as one terminated before its first. */
  readonly failedStep?: GradingStep;
  /** The plan it was judged by; undefined when the submission was never loaded. */
  readonly plan?: GradingPlan;
  readonly reports: readonly TestReport[];
  /** Those whose texts are kept apart. */
  readonly stored?: readonly StoredReports[];
  /** The whole result of a program that did not compile. */
  readonly compileError?: InlineOrStoredText;
  /** Queue of the host that keeps the outputs the results refer to. */
  readonly hostQueue?: string;
  /** The real result, not a System Error, is in the database already. */
  readonly recorded: boolean;
}

/**
 * Where a replay begins and what it takes over. Containers are never taken over, so unfinished tests need a new
 * compile.
 */
export type ResumePoint =
  | { readonly from: 'start'; readonly why: string }
  | { readonly from: 'run' | 'record' | 'notify'; readonly reports: readonly TestReport[] };

/**
 * What of a run's work still holds: its results do, as long as the same tests would run in the same way.
 * @param current the plan as loaded now; without it, the problem counts as unchanged.
 */
export function resumePoint(earlier: PreviousRun, current = earlier.plan): ResumePoint {
  const { plan, compileError } = earlier;
  const reports = [...earlier.reports, ...(earlier.stored ?? []).flatMap(storedReports)];
  if (plan === undefined || current === undefined) return fromStart('nothing was loaded');
  if (reports.length === 0 && compileError === undefined) return fromStart('no test was finished');
  const change = judgedDifferently(plan, current);
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

/** A run that ended in System Error never notified its real result. */
export function isRealResult(overallStatus: string): boolean {
  return overallStatus !== Status.SystemError;
}

function plural(noun: string, count: number): string {
  return count === 1 ? noun : `${noun}s`;
}

function fromStart(why: string): ResumePoint {
  return { from: 'start', why };
}

/** @returns the first difference that may change the verdict, in an operator's words; undefined where there is none. */
export function judgedDifferently(before: GradingPlan, now: GradingPlan): string | undefined {
  const [source, sourceNow] = [before.sourceVersion, now.sourceVersion];
  // Runs of an earlier release do not know it; the platform itself never edits a source.
  if (source !== undefined && sourceNow !== undefined && source !== sourceNow) return 'the source';
  return judgedBy.find(([, of]) => of(before) !== of(now))?.[0];
}

/** Everything a verdict depends on, in an operator's words. Points are counted anew. */
const judgedBy: readonly (readonly [string, (plan: GradingPlan) => unknown])[] = [
  ['the language', (plan) => plan.language],
  ['the grading mode', (plan) => plan.gradingMode],
  ['the function signature', (plan) => plan.functionSignature],
  ['the grading profile', (plan) => plan.profile],
  ['the time limit', (plan) => plan.timeLimitMs],
  ['the memory limit', (plan) => plan.memoryLimitKb],
  ['the list of tests', (plan) => plan.testCaseIds.join()],
  // If both are unknown, that proves nothing.
  ['the test data', (plan) => plan.testDataVersion ?? Number.NaN],
];
