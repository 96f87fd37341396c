import type { LoadSubmissionOutput } from '../activities/load-submission.js';
import type { GradingStep } from '../domain/grading/failure-type.js';
import type {
  GradeSubmissionInput,
  GradeSubmissionResult,
  SearchAttributeName,
} from '../domain/grading/grading-workflow.js';
import { describeFailure, reportedSearchAttributes } from './failures.js';
import type { GradingProgress } from './progress.js';
import { upsertSearchAttributes } from './search-attributes.js';

/** What a grading shows of itself while it runs and when it has ended: its progress and its search attributes. */
export class ShownGrading {
  readonly #input: GradeSubmissionInput;
  readonly #progress: GradingProgress;
  #searchAttributes: readonly SearchAttributeName[];

  constructor(input: GradeSubmissionInput, progress: GradingProgress) {
    this.#input = input;
    this.#progress = progress;
    this.#searchAttributes = input.searchAttributes ?? [];
  }

  loaded({ about, grading, searchAttributes }: LoadSubmissionOutput): void {
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

  judged({ verdict, score }: Pick<GradeSubmissionResult, 'verdict' | 'score'>): void {
    this.#progress.judged(verdict);
    upsertSearchAttributes(this.#searchAttributes, { Verdict: verdict, Score: score });
  }

  failed(step: GradingStep, error: unknown): void {
    // Of a submission that was never loaded, the failure tells which there are.
    const registered =
      this.#searchAttributes.length > 0 ? this.#searchAttributes : reportedSearchAttributes(error);
    upsertSearchAttributes(registered, { FailedStep: step });
    this.#progress.failed(step, describeFailure(error));
  }
}
