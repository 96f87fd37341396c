import { Context } from '@temporalio/activity';
import { fenceAttempt } from './attempt-fence.js';
import type { DeliverResultInput } from './deliver-result.js';
import { resolveResult } from './deliver-result.js';
import type { ActivityDependencies } from './dependencies.js';
import { SubmissionNotFoundError } from './errors.js';

/** Step 7: the POST of contract §4; the backend repeats it harmlessly. @throws SubmissionNotFoundError on 404 */
export function notifyBackend({ backend, store, outputs, settings, stalls }: ActivityDependencies) {
  return async (input: DeliverResultInput): Promise<void> => {
    const fence = fenceAttempt(stalls);
    const result = await resolveResult(outputs, input, settings.resultLimitBytes);
    const { cancellationSignal } = Context.current();
    // The backend writes to the same database, and would refuse what that cannot hold.
    const storable = await store.asStored(result);
    const answer = await backend.postResult(input.submissionId, storable, cancellationSignal, fence);
    if (answer === 'accepted') return;
    throw new SubmissionNotFoundError(
      `The backend answered 404 to the result of submission ${input.submissionId}. Either the submission was deleted, or BACKEND_API_URL or BACKEND_RESULT_PATH point to another place. Check both settings, then replay this workflow.`,
      input.submissionId,
      settings.searchAttributes,
    );
  };
}
