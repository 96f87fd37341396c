import type { SearchAttributeName } from '../domain/grading/grading-workflow.js';

/** Thrown when the database or the backend knows no such submission: the caller's fault, never retried. */
export class SubmissionNotFoundError extends Error {
  override readonly name = 'SubmissionNotFoundError';
  readonly submissionId: number;
  readonly searchAttributes: readonly SearchAttributeName[];

  constructor(message: string, submissionId: number, searchAttributes: readonly SearchAttributeName[]) {
    super(message);
    this.submissionId = submissionId;
    this.searchAttributes = searchAttributes;
  }
}

/** Thrown when a test case of the plan was deleted while its submission was graded. */
export class TestCaseNotFoundError extends Error {
  override readonly name = 'TestCaseNotFoundError';
}

/** Thrown when a test cannot be given to any program: its author has to mend it. The message is for students. */
export class FaultyTestError extends Error {
  override readonly name = 'FaultyTestError';
}

/** Thrown when outputs kept by reference cannot be read on this host. */
export class OutputMissingError extends Error {
  override readonly name = 'OutputMissingError';
  readonly testCaseIds: readonly (number | null)[];

  constructor(testCaseIds: readonly (number | null)[]) {
    super(
      `The stored output of ${testCaseIds.length} result(s) is not on this host (test cases ${testCaseIds.join(', ')}). Those tests are run again.`,
    );
    this.testCaseIds = testCaseIds;
  }
}

/** Thrown when a step that waits for our own services has failed on end for longer than GRADING_DEADLINE. */
export class StepDeadlineExceededError extends Error {
  override readonly name = 'StepDeadlineExceededError';

  constructor(cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}
