import { ApplicationFailure, CancellationScope, isCancellation, setHandler } from '@temporalio/workflow';
import type { DeliverResultInput } from '../activities/deliver-result.js';
import type { LoadSubmissionOutput } from '../activities/load-submission.js';
import type { GradingStep } from '../domain/failure-type.js';
import { FailureType } from '../domain/failure-type.js';
import type {
  GradeSubmissionInput,
  GradeSubmissionResult,
  SearchAttributeName,
} from '../domain/grading-workflow.js';
import { systemErrorMessage } from '../domain/messages.js';
import { Status } from '../domain/status.js';
import { activities, loading } from './activity-options.js';
import { deliver } from './deliver.js';
import { reportedSearchAttributes } from './failures.js';
import type { GradingState } from './grade-on-hosts.js';
import { gradeOnHosts } from './grade-on-hosts.js';
import { gradingResult, summarise, wholeResult } from './grading-result.js';
import { GradingProgress, progressQuery } from './progress.js';
import { showInSearch } from './search-attributes.js';

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
    if (!(isCancellation(error) && CancellationScope.current().consideredCancelled)) grading.failed(error);
    throw error;
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

  constructor(input: GradeSubmissionInput, progress: GradingProgress) {
    this.#input = input;
    this.#progress = progress;
    this.#searchAttributes = input.searchAttributes ?? [];
  }

  async run(): Promise<GradeSubmissionResult> {
    const { submissionId } = this.#input;
    const loaded = await activities(loading, 'load', 'load the submission').loadSubmission({ submissionId });
    this.#show(loaded);
    if (loaded.grading.kind === 'ungradable') {
      await this.#systemError(loaded.grading.message);
      return this.#fail('load', FailureType.Ungradable, loaded.grading.message);
    }
    const { plan } = loaded.grading;
    const state: GradingState = {
      plan,
      progress: this.#progress,
      finished: new Map(),
      budgetMs: this.#input.deadlineMs ?? loaded.deadlineMs,
      leases: 0,
      hostLosses: 0,
      releases: this.releases,
    };
    for (let round = 0; ; round += 1) {
      const outcome = await gradeOnHosts(state);
      if (outcome.kind === 'gave-up') {
        await this.#systemError(systemErrorMessage(outcome.step));
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
      const missing = await deliver(result, outcome.hostQueue, this.#progress);
      if (missing.length === 0) {
        this.#progress.entered('done');
        return summary;
      }
      for (const id of missing) if (id !== null) state.finished.delete(id);
    }
  }

  /** The step that was under way, for the list of failed gradings. */
  failed(error: unknown): void {
    const step = this.#failedStep ?? this.#progress.step;
    const registered =
      this.#searchAttributes.length > 0 ? this.#searchAttributes : reportedSearchAttributes(error);
    showInSearch(registered, { FailedStep: step });
  }

  #show({ about, grading, searchAttributes }: LoadSubmissionOutput): void {
    this.#searchAttributes = searchAttributes;
    this.#progress.loaded(about, grading.kind === 'plan' ? grading.plan.testCaseIds : []);
    showInSearch(searchAttributes, {
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
    showInSearch(this.#searchAttributes, { Verdict: verdict, Score: score });
  }

  /** Told to the student before the workflow fails. */
  async #systemError(message: string): Promise<void> {
    this.#failedStep = undefined;
    this.#judged({ verdict: Status.SystemError, score: 0 });
    const result: DeliverResultInput = {
      submissionId: this.#input.submissionId,
      overallStatus: Status.SystemError,
      results: [wholeResult(Status.SystemError, message)],
      missingOutputs: 'show-preview',
    };
    await deliver(result, undefined, this.#progress);
  }

  #fail(step: GradingStep, type: FailureType, message: string): never {
    this.#failedStep = step;
    throw ApplicationFailure.create({ type, message, nonRetryable: true, details: [{ step }] });
  }
}
