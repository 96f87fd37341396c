import { planGrading } from '../domain/grading-plan.js';
import type { SearchAttributeName } from '../domain/grading-workflow.js';
import type { GradingPlan } from '../domain/submission.js';
import type { ActivityDependencies } from './dependencies.js';
import { SubmissionNotFoundError } from './errors.js';

export interface LoadSubmissionInput {
  readonly submissionId: number;
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

/** Step 1. @throws SubmissionNotFoundError */
export function loadSubmission({ store, settings }: ActivityDependencies) {
  return async ({ submissionId }: LoadSubmissionInput): Promise<LoadSubmissionOutput> => {
    const facts = await store.loadPlan(submissionId);
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
