import { unreadableTest } from '../domain/grading/faulty-test.js';
import type { SubmissionFacts } from '../domain/grading/grading-plan.js';
import { planGrading } from '../domain/grading/grading-plan.js';
import type { SearchAttributeName } from '../domain/grading/grading-workflow.js';
import { DatabaseUnreachableError } from '../domain/grading/step-error.js';
import { testsTimeMs } from '../domain/judging/limits.js';
import type { GradingPlan } from '../domain/judging/submission.js';
import type { ActivityDependencies, SubmissionStore } from './dependencies.js';
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
  /** LOCAL_TESTS; absent in histories of older versions. */
  readonly localTests?: boolean;
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
 * the submission is graded. Anything else that keeps failing ends in a System Error.
 * @throws SubmissionNotFoundError, StepDeadlineExceededError
 */
export function loadSubmission({ store, settings }: ActivityDependencies) {
  return async ({ submissionId, deadlineMs }: LoadSubmissionInput): Promise<LoadSubmissionOutput> => {
    const loaded = await withinDeadline(
      deadlineMs ?? settings.gradingDeadlineMs,
      async () => {
        const facts = await store.loadPlan(submissionId);
        if (facts === undefined) return undefined;
        const planned = planGrading(facts, settings.profile, settings.defaultLimits);
        return { facts, grading: await withReadableTests(store, planned, facts) };
      },
      (error) => !(error instanceof DatabaseUnreachableError),
    );
    if (loaded === undefined) {
      throw new SubmissionNotFoundError(
        `Submission ${submissionId} is not in the database. Either the message that asked for it was wrong, or it was deleted, or DATABASE_URL names another database than the backend's. Check with: select id from submissions where id = ${submissionId};`,
        submissionId,
        settings.searchAttributes,
      );
    }
    const { facts, grading } = loaded;
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
      // For broken infrastructure; what the programs take by their own limits comes to it.
      deadlineMs: settings.gradingDeadlineMs + ownTimeMs(grading),
      localTests: settings.localTests,
    };
  };
}

function ownTimeMs(grading: LoadedGrading): number {
  return grading.kind === 'plan' ? testsTimeMs(grading.plan.testCaseIds.length, grading.plan.timeLimitMs) : 0;
}

/** So much of a problem's inputs is read beforehand; larger ones are looked at when they are used. */
const readAheadBytes = 1024 * 1024;

/** In function mode a test that no program can read is found before any program is compiled or run. */
async function withReadableTests(
  store: SubmissionStore,
  grading: LoadedGrading,
  { testInputBytes = [] }: SubmissionFacts,
): Promise<LoadedGrading> {
  if (grading.kind !== 'plan' || grading.plan.gradingMode !== 'function') return grading;
  const { plan } = grading;
  let bytes = 0;
  const small = plan.testCaseIds.filter((_id, index) => {
    bytes += testInputBytes[index] ?? 0;
    return bytes <= readAheadBytes;
  });
  const inputs = new Map((await store.loadTestInputs(small)).map(({ id, input }) => [id, input]));
  for (const [index, id] of plan.testCaseIds.entries()) {
    const input = inputs.get(id);
    const place = `Test ${index + 1} of this problem (id ${id})`;
    const message = input === undefined ? undefined : unreadableTest(plan, place, input);
    if (message !== undefined) return { kind: 'ungradable', message };
  }
  return grading;
}
