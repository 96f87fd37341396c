import type { LoadSubmissionOutput } from '../activities/load-submission.js';
import type { GradingStep } from '../domain/grading/failure-type.js';
import type {
  GradeSubmissionInput,
  GradeSubmissionResult,
  SearchAttributeName,
} from '../domain/grading/grading-workflow.js';
import { describeFailure, reportedSearchAttributes } from './failures.js';
import type { LocalSteps } from './local-steps.js';
import { keepOutcome } from './outcome-memo.js';
import type { GradingProgress } from './progress.js';
import { upsertSearchAttributes } from './search-attributes.js';

/** What a grading shows of itself while it runs and when it has ended: its progress and its search attributes. */
export class ShownGrading {
  readonly #input: GradeSubmissionInput;
  readonly #progress: GradingProgress;
  readonly #local: LocalSteps;
  #searchAttributes: readonly SearchAttributeName[];

  constructor(input: GradeSubmissionInput, progress: GradingProgress, local: LocalSteps) {
    this.#local = local;
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

  judged(summary: JudgedSummary): void {
    const { verdict, score } = summary;
    this.#progress.judged(verdict);
    upsertSearchAttributes(this.#searchAttributes, { Verdict: verdict, Score: score });
    keepOutcome(describeOutcome(summary), this.#progress.tests(), this.#local);
  }

  failed(step: GradingStep, error: unknown): void {
    // Of a submission that was never loaded, the failure tells which there are.
    const registered =
      this.#searchAttributes.length > 0 ? this.#searchAttributes : reportedSearchAttributes(error);
    const reason = describeFailure(error);
    upsertSearchAttributes(registered, { FailedStep: step });
    this.#progress.failed(step, reason);
    const next = `after fixing the cause: grader replay ${this.#input.submissionId}`;
    keepOutcome(`failed at step ${step}; ${next}. ${reason}`, this.#progress.tests(), this.#local);
  }
}

/** A System Error has no tests to tell of. */
type JudgedSummary = Pick<GradeSubmissionResult, 'verdict' | 'score'> &
  Partial<Pick<GradeSubmissionResult, 'testsAccepted' | 'testsTotal'>>;

function describeOutcome({ verdict, score, testsAccepted, testsTotal }: JudgedSummary): string {
  const accepted = testsTotal === undefined ? '' : ` · ${testsAccepted} of ${testsTotal} tests accepted`;
  return `${verdict} · score ${score}${accepted}`;
}
