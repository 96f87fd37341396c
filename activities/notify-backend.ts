import { Context } from '@temporalio/activity';
import type { GradingResult } from '../domain/judging/submission.js';
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
    const storable = storedTexts(result, (text) => store.asStored(text));
    const answer = await backend.postResult(input.submissionId, storable, cancellationSignal, fence);
    if (answer === 'accepted') return;
    throw new SubmissionNotFoundError(
      `The backend answered 404 to the result of submission ${input.submissionId}. Either the submission was deleted, or BACKEND_API_URL or BACKEND_RESULT_PATH point to another place. Check both settings, then replay this workflow.`,
      input.submissionId,
      settings.searchAttributes,
    );
  };
}

function storedTexts(result: GradingResult, asStored: (text: string) => string): GradingResult {
  const stored = (text: string | null) => (text === null ? null : asStored(text));
  return {
    ...result,
    results: result.results.map((test) => ({
      ...test,
      outputReceived: stored(test.outputReceived),
      errorMessage: stored(test.errorMessage),
    })),
  };
}
