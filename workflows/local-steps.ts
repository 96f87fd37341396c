import type { LocalActivityOptions } from '@temporalio/workflow';
import { ApplicationFailure, isCancellation, log, patched, proxyLocalActivities } from '@temporalio/workflow';
import type { Activities } from '../activities/create-activities.js';
import type { LoadSubmissionOutput } from '../activities/load-submission.js';
import { describeFailure, rootFailure } from './failures.js';

/**
 * Short steps of a grading within its workflow tasks, as local activities: no queue, no task of their own, one event
 * each. Made before the first step, as the history keeps whether this run takes them: one that an older version began
 * does not.
 */
export class LocalSteps {
  readonly areTaken = patched('local-steps');

  /** @returns these where the tests of what was loaded are to be tried so. */
  forTests({ localTests }: LoadSubmissionOutput): LocalSteps | undefined {
    return this.areTaken && localTests === true ? this : undefined;
  }

  /**
   * Takes a step once within this workflow task. What fails there is done by an activity, which is retried, and which
   * the web UI shows with its attempts.
   * @throws what an activity would not be retried after, and a cancellation.
   */
  async first<Output>(local: () => Promise<Output>, durable: () => Promise<Output>): Promise<Output> {
    if (!this.areTaken) return durable();
    try {
      return await local();
    } catch (error) {
      if (isCancellation(error) || isFinal(error)) throw error;
      log.info('a step failed within the workflow task; an activity takes it', {
        reason: describeFailure(error),
      });
      return durable();
    }
  }
}

/** The activities as local ones. They are not retried here. */
export function localActivities(options: LocalActivityOptions, summary: string) {
  return proxyLocalActivities<Activities>({ ...options, retry: { maximumAttempts: 1 }, summary });
}

function isFinal(error: unknown): boolean {
  const cause = rootFailure(error);
  return cause instanceof ApplicationFailure && cause.nonRetryable === true;
}
