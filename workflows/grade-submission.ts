import {
  CancellationScope,
  isCancellation,
  makeContinueAsNewFunc,
  patched,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { LoadSubmissionOutput } from '../activities/load-submission.js';
import { FailureType } from '../domain/grading/failure-type.js';
import type { GradeSubmissionInput, GradeSubmissionResult } from '../domain/grading/grading-workflow.js';
import type { PreviousRun, ResumePoint } from '../domain/grading/previous-run.js';
import { judgedDifferently, resumePoint } from '../domain/grading/previous-run.js';
import { systemErrorMessage } from '../domain/judging/messages.js';
import type { GradingPlan } from '../domain/judging/submission.js';
import { activities, loading, loadingLocallyMs } from './activity-options.js';
import { deliver } from './deliver.js';
import { FailingGrading } from './failing-grading.js';
import { failureType } from './failures.js';
import { gradeOnHosts } from './grade-on-hosts.js';
import type { JudgedOutcome } from './grading-result.js';
import { gradingResult, judgement, reportsByTestCase, summarise } from './grading-result.js';
import type { GradingState } from './grading-state.js';
import { LocalSteps } from './local-steps.js';
import { memoOfOrigin } from './outcome-memo.js';
import { GradingProgress, progressQuery } from './progress.js';
import { RegradeRequests } from './regrade-requests.js';
import { ShownGrading } from './shown-grading.js';

/** So often tests are run again for an output that cannot be read; then its beginning has to do. */
const rerunsForOutputs = 2;

/**
 * Grades one submission: load, acquire, compile, run, release, record, notify.
 *
 * A verdict of any kind completes the workflow. The workflow fails when the platform has nothing to
 * grade (no such submission, no tests, unknown language) or when our own trouble outlasts the deadline:
 * then a System Error is recorded and notified first, so that nobody waits for ever, and the failed
 * workflow is what there is to replay. Whatever happens, a container that was acquired is released.
 * A cancelled grading kills its program and records nothing. Where a test was deleted meanwhile, the grading begins anew
 * with those that are left.
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
    const continueAsNew = makeContinueAsNewFunc<typeof gradeSubmission>({ memo: memoOfOrigin() });
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
  readonly #shown: ShownGrading;
  readonly #failing: FailingGrading;
  readonly #local = new LocalSteps();
  /** Judged, and true of the submission as it was loaded. */
  #judgement: PreviousRun | undefined;
  #loads = 0;

  constructor(input: GradeSubmissionInput, progress: GradingProgress, requests: RegradeRequests) {
    this.#input = input;
    this.#progress = progress;
    this.#requests = requests;
    this.#shown = new ShownGrading(input, progress, this.#local);
    this.#failing = new FailingGrading(input.submissionId, this.#shown, progress, requests, this.#local);
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
      return { kind: 'failed', error: this.#requests.isPending ? error : this.#failing.failureOf(error) };
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
    this.#shown.loaded(loaded);
    if (loaded.grading.kind === 'ungradable') {
      await this.#failing.systemError(loaded.grading.message, { type: FailureType.Ungradable, step: 'load' });
      return this.#failing.fail('load', FailureType.Ungradable, loaded.grading.message);
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
      local: this.#local.forTests(loaded),
    };
    let atHand = this.#resultAtHand(resumed);
    let isRecorded = resumed.from === 'notify';
    for (let reruns = 0; ; ) {
      const outcome = atHand ?? (await gradeOnHosts(state));
      atHand = undefined;
      if (outcome.kind === 'ungraded') {
        if (this.#requests.isPending) return 'begin-anew';
        const isTestGone = outcome.type === FailureType.TestCaseNotFound;
        if (isTestGone && (await this.#hasOtherTests(plan))) return 'begin-anew';
        await this.#failing.systemError(outcome.message ?? systemErrorMessage(outcome.step), outcome);
        return this.#failing.fail(
          outcome.step,
          outcome.type,
          `Grading ended without a verdict at step ${outcome.step}: ${outcome.reason}`,
        );
      }
      const missingPolicy = reruns < rerunsForOutputs ? 'fail' : 'show-preview';
      const result = gradingResult(state, outcome, missingPolicy);
      const summary = summarise(plan, result);
      this.#shown.judged(summary);
      this.#judgement = judgement(plan, state.finished, outcome);
      const judgedPlan = plan;
      const missing = await this.#requests.interrupt(() =>
        deliver(result, outcome.hostQueue, this.#progress, this.#local, isRecorded).catch((error: unknown) =>
          this.#afterRefusal(error, judgedPlan),
        ),
      );
      isRecorded = false;
      if (missing === 'begin-anew') {
        this.#judgement = undefined;
        return missing;
      }
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

  /** A deleted test has no place for its result: what is there instead is graded. Else another attempt would fail as well. */
  async #afterRefusal(error: unknown, plan: GradingPlan): Promise<'begin-anew'> {
    const isRefused = failureType(error) === FailureType.ResultRefused;
    if (isRefused && (await this.#hasOtherTests(plan))) return 'begin-anew';
    return this.#failing.failAt(error, FailureType.ResultRefused, 'record');
  }

  /** Whether tests were deleted or added since this plan was loaded. */
  async #hasOtherTests({ testCaseIds }: GradingPlan): Promise<boolean> {
    if (!patched('tests-deleted-meanwhile')) return false;
    const { grading } = await this.#load();
    return grading.kind !== 'plan' || grading.plan.testCaseIds.join() !== testCaseIds.join();
  }

  async #load(): Promise<LoadSubmissionOutput> {
    const { submissionId, deadlineMs } = this.#input;
    this.#loads += 1;
    const id = this.#loads === 1 ? 'load' : `load-${this.#loads}`;
    try {
      const input = { submissionId, ...(deadlineMs === undefined ? {} : { deadlineMs }) };
      const summary = 'load the submission';
      return await this.#local.first(
        { maxMs: loadingLocallyMs, summary, run: (steps) => steps.loadSubmission(input) },
        () => activities(loading, id, summary).loadSubmission(input),
      );
    } catch (error) {
      return this.#failing.failAt(error, FailureType.DeadlineExceeded, 'load');
    }
  }
}
