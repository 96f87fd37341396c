import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  isCancellation,
  makeContinueAsNewFunc,
  setHandler,
  workflowInfo,
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
import type { PreviousRun, ResumePoint } from '../domain/grading/previous-run.js';
import { judgedDifferently, resumePoint } from '../domain/grading/previous-run.js';
import { systemErrorMessage } from '../domain/judging/messages.js';
import { Status } from '../domain/judging/status.js';
import type { GradingPlan } from '../domain/judging/submission.js';
import { activities, loading } from './activity-options.js';
import { deliver } from './deliver.js';
import { describeFailure, failureType, reportedSearchAttributes } from './failures.js';
import type { GradingState } from './grade-on-hosts.js';
import { gradeOnHosts } from './grade-on-hosts.js';
import type { JudgedOutcome } from './grading-result.js';
import { gradingResult, judgement, reportsByTestCase, summarise, wholeResult } from './grading-result.js';
import { GradingProgress, progressQuery } from './progress.js';
import { RegradeRequests } from './regrade-requests.js';
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
 *
 * The submission may be published again at any time, after its tests were changed: what is delivered last is the
 * verdict of the submission as it stood after the last message. A message that joins this run is a request to grade
 * again. Each is answered by a new look at the submission, after it came: if nothing has changed, what was judged
 * holds and is delivered (again); else the grading begins anew, in a new run.
 */
export async function gradeSubmission(input: GradeSubmissionInput): Promise<GradeSubmissionResult> {
  const progress = new GradingProgress(input.submissionId);
  setHandler(progressQuery, () => progress.snapshot());
  const grading = new Grading(input, progress, new RegradeRequests());
  const end = await grading.end();
  // Nothing is awaited between this look and the end, and the server closes no run that has an unseen signal.
  if (end.kind === 'begin-anew' || (end.kind !== 'cancelled' && grading.hasUnansweredRequest())) {
    // The server would drop the memo, which says what queue the message came from.
    const continueAsNew = makeContinueAsNewFunc<typeof gradeSubmission>({ memo: workflowInfo().memo ?? {} });
    await continueAsNew(grading.continued());
  }
  if (end.kind === 'completed') return end.result;
  throw end.error;
}

type GradingEnd =
  | { readonly kind: 'completed'; readonly result: GradeSubmissionResult }
  | { readonly kind: 'failed' | 'cancelled'; readonly error: unknown }
  | { readonly kind: 'begin-anew'; readonly error?: undefined };

class Grading {
  readonly #releases: Promise<void>[] = [];
  readonly #input: GradeSubmissionInput;
  readonly #progress: GradingProgress;
  readonly #requests: RegradeRequests;
  /** Judged, and true of the submission as it was loaded. */
  #judgement: PreviousRun | undefined;
  #loads = 0;
  #searchAttributes: readonly SearchAttributeName[];
  #failedStep: GradingStep | undefined;
  /** Why a System Error did not reach the platform. */
  #notNotified: string | undefined;

  constructor(input: GradeSubmissionInput, progress: GradingProgress, requests: RegradeRequests) {
    this.#input = input;
    this.#progress = progress;
    this.#requests = requests;
    this.#searchAttributes = input.searchAttributes ?? [];
  }

  /** Returns once no container is held any more. */
  async end(): Promise<GradingEnd> {
    try {
      const result = await this.#run();
      return result === 'begin-anew' ? { kind: result } : { kind: 'completed', result };
    } catch (error) {
      if (isCancellation(error) && CancellationScope.current().consideredCancelled) {
        return { kind: 'cancelled', error };
      }
      return { kind: 'failed', error: this.#requests.isPending ? error : this.#failed(error) };
    } finally {
      await CancellationScope.nonCancellable(() => Promise.all(this.#releases));
    }
  }

  hasUnansweredRequest(): boolean {
    return this.#requests.isPending;
  }

  /** The input of the run that goes on; it loads first, and takes over what was judged if nothing has changed. */
  continued(): GradeSubmissionInput {
    const { earlier: _ofThisRun, ...input } = this.#input;
    return { ...input, ...(this.#judgement === undefined ? {} : { earlier: this.#judgement }) };
  }

  async #run(): Promise<GradeSubmissionResult | 'begin-anew'> {
    const loaded = await this.#load();
    this.#show(loaded);
    if (loaded.grading.kind === 'ungradable') {
      await this.#systemError(loaded.grading.message, { type: FailureType.Ungradable, step: 'load' });
      return this.#fail('load', FailureType.Ungradable, loaded.grading.message);
    }
    let { plan } = loaded.grading;
    const resumed = this.#resumed(plan);
    const state: GradingState = {
      plan,
      progress: this.#progress,
      finished: reportsByTestCase(resumed),
      budgetMs: this.#input.deadlineMs ?? loaded.deadlineMs,
      leases: 0,
      hostLosses: 0,
      releases: this.#releases,
    };
    let atHand = this.#resultAtHand(resumed);
    let isRecorded = resumed.from === 'notify';
    for (let reruns = 0; ; ) {
      const outcome = atHand ?? (await gradeOnHosts(state));
      atHand = undefined;
      if (outcome.kind === 'gave-up') {
        if (this.#requests.isPending) return 'begin-anew';
        await this.#systemError(outcome.message ?? systemErrorMessage(outcome.step), outcome);
        return this.#fail(
          outcome.step,
          outcome.type,
          `Grading ended without a verdict at step ${outcome.step}: ${outcome.reason}`,
        );
      }
      const missingPolicy = reruns < rerunsForOutputs ? 'fail' : 'show-preview';
      const result = gradingResult(state, outcome, missingPolicy);
      const summary = summarise(plan, result);
      this.#judged(summary);
      this.#judgement = judgement(plan, state.finished, outcome);
      const missing = await this.#requests.interrupt(() =>
        deliver(result, outcome.hostQueue, this.#progress, isRecorded).catch((error: unknown) =>
          this.#failAt(error, FailureType.ResultRefused, 'record'),
        ),
      );
      isRecorded = false;
      if (missing === undefined) {
        const current = await this.#planAfterRequests();
        if (current === undefined || judgedDifferently(plan, current) !== undefined) {
          this.#judgement = undefined;
          return 'begin-anew';
        }
        if (workflowInfo().continueAsNewSuggested) return 'begin-anew';
        plan = current;
        atHand = outcome;
        continue;
      }
      if (missing.length === 0) {
        this.#progress.entered('done');
        return summary;
      }
      for (const id of missing) if (id !== null) state.finished.delete(id);
      reruns += 1;
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

  /** The submission as it stands after every request so far; undefined where it cannot be graded any more. */
  async #planAfterRequests(): Promise<GradingPlan | undefined> {
    await this.#requests.take();
    const { grading } = await this.#load();
    return grading.kind === 'plan' ? grading.plan : undefined;
  }

  async #load(): Promise<LoadSubmissionOutput> {
    const { submissionId, deadlineMs } = this.#input;
    this.#loads += 1;
    const id = this.#loads === 1 ? 'load' : `load-${this.#loads}`;
    try {
      return await activities(loading, id, 'load the submission').loadSubmission({
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
   * this code; thrown as it is, it stops the workflow task, and the grading goes on once it is fixed.
   */
  #failed(error: unknown): unknown {
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

  /** Another attempt would fail in the same way: the student gets a System Error, then the workflow fails. */
  async #failAt(error: unknown, type: FailureType, step: GradingStep): Promise<never> {
    if (failureType(error) !== type) throw error;
    await this.#systemError(systemErrorMessage(step), { type, step });
    return this.#fail(
      step,
      type,
      `Grading ended without a verdict at step ${step}: ${describeFailure(error)}`,
    );
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
      await this.#requests.interrupt(() => deliver(result, undefined, this.#progress));
    } catch (error) {
      if (isCancellation(error)) throw error;
      // The first failure is the one to report.
      this.#notNotified = describeFailure(error);
    }
  }

  #fail(step: GradingStep, type: FailureType, message: string): never {
    this.#failedStep = step;
    const notNotified =
      this.#notNotified === undefined
        ? ''
        : ` (the System Error could not be delivered: ${this.#notNotified})`;
    throw ApplicationFailure.create({
      type,
      message: `${message}${notNotified}`,
      nonRetryable: true,
      details: [{ step }],
    });
  }
}
