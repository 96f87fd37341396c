import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  isCancellation,
  setHandler,
} from '@temporalio/workflow';
import type { DeliverResultInput } from '../activities/deliver-result.js';
import type { LoadSubmissionOutput } from '../activities/load-submission.js';
import type { GradingStep } from '../domain/grading/failure-type.js';
import { FailureType } from '../domain/grading/failure-type.js';
import type {
  GradeSubmissionInput,
  GradeSubmissionResult,
  SearchAttributeName,
} from '../domain/grading/grading-workflow.js';
import type { ResumePoint } from '../domain/grading/previous-run.js';
import { resumePoint } from '../domain/grading/previous-run.js';
import { systemErrorMessage } from '../domain/judging/messages.js';
import { Status } from '../domain/judging/status.js';
import type { GradingPlan } from '../domain/judging/submission.js';
import { activities, loading } from './activity-options.js';
import { deliver } from './deliver.js';
import { describeFailure, failureType, reportedSearchAttributes } from './failures.js';
import type { GradingState } from './grade-on-hosts.js';
import { gradeOnHosts } from './grade-on-hosts.js';
import type { JudgedOutcome } from './grading-result.js';
import { gradingResult, reportsByTestCase, summarise, wholeResult } from './grading-result.js';
import { GradingProgress, progressQuery } from './progress.js';
import { upsertSearchAttributes } from './search-attributes.js';

/** So often tests are run again for an output that cannot be read; then its beginning has to do. */
const rerunsForOutputs = 2;

/**
 * Grades one submission: load, acquire, compile, run, release, record, notify.
 *
 * A verdict of any kind completes the workflow. The workflow fails when the platform has nothing to
 * grade (no such submission, no tests, unknown language) or when our own trouble outlasts the deadline:
 * then a System Error is recorded and notified first, so that nobody waits for ever, and the failed
 * workflow is what there is to replay. Whatever happens, a container that was acquired is released.
 * A cancelled grading kills its program and records nothing.
 */
export async function gradeSubmission(input: GradeSubmissionInput): Promise<GradeSubmissionResult> {
  const progress = new GradingProgress(input.submissionId);
  setHandler(progressQuery, () => progress.snapshot());
  const grading = new Grading(input, progress);
  try {
    return await grading.run();
  } catch (error) {
    if (isCancellation(error) && CancellationScope.current().consideredCancelled) throw error;
    throw grading.failed(error);
  } finally {
    await CancellationScope.nonCancellable(() => Promise.all(grading.releases));
  }
}

class Grading {
  readonly releases: Promise<void>[] = [];
  readonly #input: GradeSubmissionInput;
  readonly #progress: GradingProgress;
  #searchAttributes: readonly SearchAttributeName[];
  #failedStep: GradingStep | undefined;
  /** Why a System Error did not reach the platform. */
  #notNotified: string | undefined;

  constructor(input: GradeSubmissionInput, progress: GradingProgress) {
    this.#input = input;
    this.#progress = progress;
    this.#searchAttributes = input.searchAttributes ?? [];
  }

  async run(): Promise<GradeSubmissionResult> {
    const loaded = await this.#load();
    this.#show(loaded);
    if (loaded.grading.kind === 'ungradable') {
      await this.#systemError(loaded.grading.message, { type: FailureType.Ungradable, step: 'load' });
      return this.#fail('load', FailureType.Ungradable, loaded.grading.message);
    }
    const { plan } = loaded.grading;
    const resumed = this.#resumed(plan);
    const state: GradingState = {
      plan,
      progress: this.#progress,
      finished: reportsByTestCase(resumed),
      budgetMs: this.#input.deadlineMs ?? loaded.deadlineMs,
      leases: 0,
      hostLosses: 0,
      releases: this.releases,
    };
    let atHand = this.#resultAtHand(resumed);
    for (let round = 0; ; round += 1) {
      const isRecorded = round === 0 && resumed.from === 'notify';
      const outcome = atHand ?? (await gradeOnHosts(state));
      atHand = undefined;
      if (outcome.kind === 'gave-up') {
        await this.#systemError(outcome.message ?? systemErrorMessage(outcome.step), outcome);
        return this.#fail(
          outcome.step,
          outcome.type,
          `Grading was given up at step ${outcome.step}: ${outcome.reason}`,
        );
      }
      const missingPolicy = round < rerunsForOutputs ? 'fail' : 'show-preview';
      const result = gradingResult(state, outcome, missingPolicy);
      const summary = summarise(plan, result);
      this.#judged(summary);
      const missing = await deliver(result, outcome.hostQueue, this.#progress, isRecorded).catch(
        (error: unknown) => this.#failAt(error, FailureType.ResultRefused, 'record'),
      );
      if (missing.length === 0) {
        this.#progress.entered('done');
        return summary;
      }
      for (const id of missing) if (id !== null) state.finished.delete(id);
    }
  }

  /** What a replay takes over from the run it replays, now that the problem is known as it is today. */
  #resumed(plan: GradingPlan): ResumePoint {
    const { earlier } = this.#input;
    if (earlier === undefined) return { from: 'start', why: 'no earlier run' };
    const resumed = resumePoint(earlier, plan);
    this.#progress.replays(earlier.runId, resumed);
    return resumed;
  }

  /** Undefined where something is still to be run. */
  #resultAtHand({ from }: ResumePoint): JudgedOutcome | undefined {
    const { earlier } = this.#input;
    if (earlier === undefined || from === 'start' || from === 'run') return undefined;
    const { compileError, hostQueue } = earlier;
    return compileError === undefined
      ? { kind: 'all-tests-run', hostQueue }
      : { kind: 'compile-error', message: compileError, hostQueue };
  }

  async #load(): Promise<LoadSubmissionOutput> {
    const { submissionId, deadlineMs } = this.#input;
    try {
      return await activities(loading, 'load', 'load the submission').loadSubmission({
        submissionId,
        ...(deadlineMs === undefined ? {} : { deadlineMs }),
      });
    } catch (error) {
      return this.#failAt(error, FailureType.DeadlineExceeded, 'load');
    }
  }

  /**
   * Names the step that was under way, for the list of failed gradings and in what is shown of this one.
   * @returns what the workflow is to fail with: a failure that tells step and cause. Anything else is a mistake in
   * this code; thrown as it is, it stops the workflow task, and the grading goes on once it is mended.
   */
  failed(error: unknown): unknown {
    const underWay = this.#progress.step;
    const step = this.#failedStep ?? (underWay === 'done' ? 'release' : underWay);
    const registered =
      this.#searchAttributes.length > 0 ? this.#searchAttributes : reportedSearchAttributes(error);
    upsertSearchAttributes(registered, { FailedStep: step });
    const reason = describeFailure(error);
    this.#progress.failed(step, reason);
    if (!(error instanceof ActivityFailure)) return error;
    return ApplicationFailure.create({
      type: failureType(error) ?? FailureType.Infrastructure,
      message: `Grading failed at step ${step}: ${reason}`,
      nonRetryable: true,
      details: [{ step }],
      cause: error,
    });
  }

  /** Another attempt would fail in the same way: the student is told, then the workflow fails. */
  async #failAt(error: unknown, type: FailureType, step: GradingStep): Promise<never> {
    if (failureType(error) !== type) throw error;
    await this.#systemError(systemErrorMessage(step), { type, step });
    return this.#fail(step, type, `Grading was given up at step ${step}: ${describeFailure(error)}`);
  }

  #show({ about, grading, searchAttributes }: LoadSubmissionOutput): void {
    this.#searchAttributes = searchAttributes;
    this.#progress.loaded(about, grading.kind === 'plan' ? grading.plan.testCaseIds : []);
    upsertSearchAttributes(searchAttributes, {
      SubmissionId: String(this.#input.submissionId),
      Origin: this.#input.origin,
      ProblemId: String(about.problemId),
      ClassId: String(about.classId),
      Language: about.language,
      GradingMode: about.gradingMode,
    });
  }

  #judged({ verdict, score }: Pick<GradeSubmissionResult, 'verdict' | 'score'>): void {
    this.#progress.judged(verdict);
    upsertSearchAttributes(this.#searchAttributes, { Verdict: verdict, Score: score });
  }

  /** Told to the student before the workflow fails. */
  async #systemError(
    message: string,
    { type, step }: NonNullable<DeliverResultInput['systemError']>,
  ): Promise<void> {
    this.#failedStep = undefined;
    this.#judged({ verdict: Status.SystemError, score: 0 });
    const result: DeliverResultInput = {
      submissionId: this.#input.submissionId,
      overallStatus: Status.SystemError,
      results: [wholeResult(Status.SystemError, message)],
      missingOutputs: 'show-preview',
      systemError: { type, step },
    };
    try {
      await deliver(result, undefined, this.#progress);
    } catch (error) {
      if (isCancellation(error)) throw error;
      // The first trouble is the one to tell of.
      this.#notNotified = describeFailure(error);
    }
  }

  #fail(step: GradingStep, type: FailureType, message: string): never {
    this.#failedStep = step;
    const notNotified =
      this.#notNotified === undefined ? '' : ` (the System Error could not be told: ${this.#notNotified})`;
    throw ApplicationFailure.create({
      type,
      message: `${message}${notNotified}`,
      nonRetryable: true,
      details: [{ step }],
    });
  }
}
