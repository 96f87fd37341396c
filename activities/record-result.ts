import { fenceAttempt } from './attempt-fence.js';
import type { DeliverResultInput } from './deliver-result.js';
import { resolveResult } from './deliver-result.js';
import type { ActivityDependencies } from './dependencies.js';
import { SubmissionNotFoundError } from './errors.js';

export type RecordResultOutput = { readonly recorded: boolean };

/**
 * Step 6: the rows the backend would write, in one transaction.
 * Under RECORD_RESULT=auto a role that may not write leaves it to the backend (step 7 makes the same rows).
 * @throws SubmissionNotFoundError, OutputMissingError, AttemptExpiredError
 */
export function recordResult({ store, outputs, settings, stalls }: ActivityDependencies) {
  return async (input: DeliverResultInput): Promise<RecordResultOutput> => {
    if (settings.recordResult === 'never') return { recorded: false };
    const fence = fenceAttempt(stalls);
    const result = await resolveResult(outputs, input);
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
  };
}
