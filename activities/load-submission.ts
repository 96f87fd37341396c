import { planGrading } from '../domain/grading/grading-plan.js';
import type { SearchAttributeName } from '../domain/grading/grading-workflow.js';
import { DatabaseUnreachableError } from '../domain/grading/step-error.js';
import type { GradingPlan } from '../domain/judging/submission.js';
import type { ActivityDependencies } from './dependencies.js';
import { SubmissionNotFoundError } from './errors.js';
import { withinDeadline } from './step-deadline.js';

export interface LoadSubmissionInput {
  readonly submissionId: number;
  /** Overrides GRADING_DEADLINE, ms. */
  readonly deadlineMs?: number;
}

/** Ids and limits only: no source code and no test data enter a history. */
export interface LoadSubmissionOutput {
  readonly grading: LoadedGrading;
  readonly about: SubmissionAbout;
  readonly searchAttributes: readonly SearchAttributeName[];
  readonly deadlineMs: number;
}

type LoadedGrading =
  | { readonly kind: 'plan'; readonly plan: GradingPlan }
  | { readonly kind: 'ungradable'; readonly message: string };

/** What the web UI shows of a submission, gradable or not. */
export interface SubmissionAbout {
  readonly problemId: number;
  readonly problemTitle: string;
  readonly classId: number;
  readonly language: string;
  readonly gradingMode: string;
}

/**
 * Step 1. A database that cannot be reached is waited for without end: there is nobody to tell, and once it is back
 * the submission is graded. What else fails on end is given up.
 * @throws SubmissionNotFoundError, StepDeadlineExceededError
 */
export function loadSubmission({ store, settings }: ActivityDependencies) {
  return async ({ submissionId, deadlineMs }: LoadSubmissionInput): Promise<LoadSubmissionOutput> => {
    const facts = await withinDeadline(
      deadlineMs ?? settings.gradingDeadlineMs,
      () => store.loadPlan(submissionId),
      (error) => !(error instanceof DatabaseUnreachableError),
    );
    if (facts === undefined) {
      throw new SubmissionNotFoundError(
        `Submission ${submissionId} is not in the database. Either the message that asked for it was wrong, or it was deleted, or DATABASE_URL names another database than the backend's. Check with: select id from submissions where id = ${submissionId};`,
        submissionId,
        settings.searchAttributes,
      );
    }
    const grading = planGrading(facts, settings.profile, settings.defaultLimits);
    return {
      grading,
      about: {
        problemId: facts.problemId,
        problemTitle: facts.problemTitle,
        classId: facts.classId,
        language: grading.kind === 'plan' ? grading.plan.language : facts.language,
        gradingMode: facts.gradingMode,
      },
      searchAttributes: settings.searchAttributes,
      deadlineMs: settings.gradingDeadlineMs,
    };
  };
}
