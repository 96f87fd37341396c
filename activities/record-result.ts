import { errorText } from '../domain/errors/error-text.js';
import { StepError } from '../domain/grading/step-error.js';
import { fenceAttempt } from './attempt-fence.js';
import type { DeliverResultInput } from './deliver-result.js';
import { resolveResult } from './deliver-result.js';
import type { ActivityDependencies } from './dependencies.js';
import { StepDeadlineExceededError, SubmissionNotFoundError } from './errors.js';
import { withinDeadline } from './step-deadline.js';

export interface RecordResultInput extends DeliverResultInput {
  /** Never postponed: the backend is being told already. */
  readonly untilRecorded?: true;
}

export interface RecordResultOutput {
  readonly recorded: boolean;
  /** What was to be recorded: a history does not keep the input of a step that ran within a workflow task. */
  readonly overallStatus?: DeliverResultInput['overallStatus'];
  /** Why it could not be written for a while: the backend should not wait for that any longer. */
  readonly postponed?: string;
}

/** How long a refusing database holds up the backend, which writes the same rows. */
const patienceMs = 30_000;

/**
 * Step 6: the rows the backend would write, in one transaction.
 * Under RECORD_RESULT=auto a role that may not write leaves it to the backend (step 7 makes the same rows).
 * @throws SubmissionNotFoundError, ResultRefusedError, OutputMissingError, AttemptExpiredError
 */
export function recordResult(deps: ActivityDependencies) {
  return async (input: RecordResultInput): Promise<RecordResultOutput> => {
    const { overallStatus } = input;
    if (input.untilRecorded === true) return record(deps, input);
    try {
      const outcome = await withinDeadline(patienceMs, () => record(deps, input), isWorthAnotherAttempt);
      return { ...outcome, overallStatus };
    } catch (error) {
      if (!(error instanceof StepDeadlineExceededError)) throw error;
      return { recorded: false, postponed: errorText(error) };
    }
  };
}

function isWorthAnotherAttempt(error: unknown): boolean {
  return !(error instanceof StepError) || error.isRetryable;
}

async function record(
  { store, outputs, settings, stalls }: ActivityDependencies,
  input: DeliverResultInput,
): Promise<RecordResultOutput> {
  if (settings.recordResult === 'never') return { recorded: false };
  const fence = fenceAttempt(stalls);
  const result = await resolveResult(outputs, input, settings.resultLimitBytes);
  const outcome = await store.recordResult(input.submissionId, result, fence);
  switch (outcome) {
    case 'recorded':
      return { recorded: true };
    case 'not-permitted':
      if (settings.recordResult === 'auto') return { recorded: false };
      throw new Error(
        'The database role may not write results, but RECORD_RESULT=always asks for it. Grant it insert and delete on submission_results and update on submissions, or set RECORD_RESULT=auto.',
      );
    case 'not-found':
      throw new SubmissionNotFoundError(
        `Submission ${input.submissionId} was deleted while it was graded; there is nowhere to record its verdict.`,
        input.submissionId,
        settings.searchAttributes,
      );
  }
}
