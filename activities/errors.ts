import { errorText } from '../domain/errors/error-text.js';
import { FailureType } from '../domain/grading/failure-type.js';
import type { SearchAttributeName } from '../domain/grading/grading-workflow.js';
import { CallersFault, OurFault } from '../domain/grading/step-error.js';

/** Thrown when the database or the backend knows no such submission. */
export class SubmissionNotFoundError extends CallersFault {
  override readonly name = 'SubmissionNotFoundError';
  override readonly failureType = FailureType.SubmissionNotFound;
  readonly submissionId: number;
  readonly searchAttributes: readonly SearchAttributeName[];

  constructor(message: string, submissionId: number, searchAttributes: readonly SearchAttributeName[]) {
    super(message);
    this.submissionId = submissionId;
    this.searchAttributes = searchAttributes;
  }

  override get failureDetails() {
    return [{ searchAttributes: this.searchAttributes }];
  }
}

/** Thrown when a test case of the plan was deleted while its submission was graded. */
export class TestCaseNotFoundError extends CallersFault {
  override readonly name = 'TestCaseNotFoundError';
  override readonly failureType = FailureType.TestCaseNotFound;
}

/** Thrown when a test cannot be given to any program: its author has to change it. The message is for students. */
export class FaultyTestError extends CallersFault {
  override readonly name = 'FaultyTestError';
  override readonly failureType = FailureType.Ungradable;
}

/** Thrown when outputs kept by reference cannot be read on this host: their tests are run again, not this step. */
export class OutputMissingError extends OurFault {
  override readonly name = 'OutputMissingError';
  override readonly failureType = FailureType.OutputMissing;
  override readonly isRetryable = false;
  readonly testCaseIds: readonly (number | null)[];

  constructor(testCaseIds: readonly (number | null)[]) {
    super(
      `The stored output of ${testCaseIds.length} result(s) is not on this host (test cases ${testCaseIds.join(', ')}). Those tests are run again.`,
    );
    this.testCaseIds = testCaseIds;
  }

  override get failureDetails() {
    return [{ testCaseIds: this.testCaseIds }];
  }
}

/** Thrown when a step that waits for our own services has failed on end for longer than GRADING_DEADLINE. */
export class StepDeadlineExceededError extends OurFault {
  override readonly name = 'StepDeadlineExceededError';
  override readonly failureType = FailureType.DeadlineExceeded;
  override readonly isRetryable = false;

  constructor(cause: unknown) {
    super(errorText(cause), { cause });
  }
}
