import { CancellationScope, defineQuery, setHandler } from '@temporalio/workflow';
import type { LoadSubmissionOutput } from '../activities/load-submission.js';
import type { GradedResult } from '../activities/rejudge-dependencies.js';
import { sha256 } from '../domain/grading/sha256.js';
import type { ShadowGradeInput, ShadowGradeResult, TextDigest } from '../domain/grading/shadow-grading.js';
import { gradedResultQueryName } from '../domain/grading/shadow-grading.js';
import { Status } from '../domain/judging/status.js';
import type { GradingPlan } from '../domain/judging/submission.js';
import type { InlineOrStoredText, TestReport } from '../domain/judging/test-report.js';
import { activities, loading } from './activity-options.js';
import { failure } from './failures.js';
import { gradeOnHosts } from './grade-on-hosts.js';
import { gradingResult, summarise, wholeResult } from './grading-result.js';
import type { GradingState } from './grading-state.js';
import { LocalSteps } from './local-steps.js';
import { GradingProgress, progressQuery } from './progress.js';
import { upsertSearchAttributes } from './search-attributes.js';

/** The whole result with its texts; null until there is one. Answered after the end too. */
const gradedResultQuery = defineQuery<GradedResult | null>(gradedResultQueryName);

/**
 * Grades a submission as `gradeSubmission` does and tells nobody: no activity here records or notifies.
 *
 * The workflow's result is compact, for a caller's history; the texts stay here and are asked for by query.
 * What the platform has nothing to grade of is a result (System Error, as a live grading records it);
 * trouble of our own past the deadline fails the workflow, since it says nothing about the submission.
 */
export async function shadowGrade(input: ShadowGradeInput): Promise<ShadowGradeResult> {
  const progress = new GradingProgress(input.submissionId);
  const releases: Promise<void>[] = [];
  const local = new LocalSteps();
  let graded: GradedResult | null = null;
  setHandler(progressQuery, () => progress.snapshot());
  setHandler(gradedResultQuery, () => graded);
  try {
    const loaded = await activities(loading, 'load', 'load the submission').loadSubmission(input);
    show(input, loaded, progress);
    const { compact, whole } =
      loaded.grading.kind === 'plan'
        ? await grade(input, loaded, loaded.grading.plan, progress, releases, local)
        : ungradable(input.submissionId, loaded, loaded.grading.message);
    graded = whole;
    progress.judged(compact.verdict);
    progress.entered('done');
    upsertSearchAttributes(loaded.searchAttributes, { Verdict: compact.verdict, Score: compact.score });
    return compact;
  } finally {
    await CancellationScope.nonCancellable(() => Promise.all(releases));
  }
}

interface Graded {
  readonly compact: ShadowGradeResult;
  readonly whole: GradedResult;
}

async function grade(
  input: ShadowGradeInput,
  loaded: LoadSubmissionOutput,
  plan: GradingPlan,
  progress: GradingProgress,
  releases: Promise<void>[],
  local: LocalSteps,
): Promise<Graded> {
  const state: GradingState = {
    plan,
    progress,
    finished: new Map(),
    budgetMs: input.deadlineMs ?? loaded.deadlineMs,
    leases: 0,
    hostLosses: 0,
    releases,
    local: local.forTests(loaded),
  };
  const outcome = await gradeOnHosts(state);
  if (outcome.kind === 'ungraded' && outcome.message !== undefined) {
    return ungradable(plan.submissionId, loaded, outcome.message);
  }
  if (outcome.kind === 'ungraded') {
    upsertSearchAttributes(loaded.searchAttributes, { FailedStep: outcome.step });
    throw failure({
      type: outcome.type,
      message: `Grading ended without a verdict at step ${outcome.step}: ${outcome.reason}`,
      details: [{ step: outcome.step }],
    });
  }
  const result = gradingResult(state, outcome, 'fail');
  const { verdict, score } = summarise(plan, result);
  const compileMessage = outcome.kind === 'compile-error' ? outcome.message : null;
  const tests =
    outcome.kind === 'compile-error' ? [] : plan.testCaseIds.flatMap((id) => state.finished.get(id) ?? []);
  return {
    compact: {
      submissionId: plan.submissionId,
      verdict,
      score,
      tests: tests.map(shadowTest),
      message: digest(compileMessage),
      about: shadowAbout(loaded),
      limits: { timeMs: plan.timeLimitMs, memoryKb: plan.memoryLimitKb },
    },
    whole: { result, hostQueue: outcome.hostQueue },
  };
}

function ungradable(submissionId: number, loaded: LoadSubmissionOutput, message: string): Graded {
  const verdict = Status.SystemError;
  return {
    compact: {
      submissionId,
      verdict,
      score: 0,
      tests: [],
      message: digest(message),
      about: shadowAbout(loaded),
      limits: null,
    },
    whole: {
      result: {
        submissionId,
        overallStatus: verdict,
        results: [wholeResult(verdict, message)],
        missingOutputs: 'fail',
      },
      hostQueue: null,
    },
  };
}

function shadowAbout({ about }: LoadSubmissionOutput): ShadowGradeResult['about'] {
  const { problemTitle, language, gradingMode } = about;
  return { problemTitle, language, gradingMode };
}

function show(
  { submissionId, origin }: ShadowGradeInput,
  { about, grading, searchAttributes }: LoadSubmissionOutput,
  progress: GradingProgress,
): void {
  progress.loaded(about, grading.kind === 'plan' ? grading.plan.testCaseIds : []);
  upsertSearchAttributes(searchAttributes, {
    SubmissionId: String(submissionId),
    Origin: origin,
    ProblemId: String(about.problemId),
    ClassId: String(about.classId),
    Language: about.language,
    GradingMode: about.gradingMode,
  });
}

function shadowTest(report: TestReport): ShadowGradeResult['tests'][number] {
  return {
    id: report.testCaseId,
    status: report.status,
    timeMs: report.executionTimeMs,
    memoryKb: report.memoryUsedKb,
    output: digest(report.output),
  };
}

/** The output store names its texts by the same hash. */
function digest(text: InlineOrStoredText | null): TextDigest | null {
  if (text === null) return null;
  if (typeof text !== 'string') return { sha256: text.sha256, bytes: text.bytes };
  return { sha256: sha256(text), bytes: new TextEncoder().encode(text).length };
}
