import { ApplicationFailure, isCancellation, log, patched, proxyLocalActivities } from '@temporalio/workflow';
import type { Activities } from '../activities/create-activities.js';
import type { LoadSubmissionOutput } from '../activities/load-submission.js';
import { TaskTime } from '../domain/grading/task-time.js';
import { describeFailure, rootFailure } from './failures.js';

/** A step within a workflow task. */
export interface LocalStep<Output> {
  /** What takes longer is stopped. It is begun only while so much time is left. */
  readonly maxMs: number;
  readonly summary: string;
  readonly run: (activities: Activities) => Promise<Output>;
}

/**
 * Short steps of a grading within its workflow tasks, as local activities: no queue, no task of their own, one event
 * each. Made before the first step, as the history keeps whether this run takes them: one that an older version began
 * does not.
 */
export class LocalSteps {
  readonly areTaken = patched('local-steps');
  readonly #time = new TaskTime();

  /** @returns these where the tests of what was loaded are to be tried so. */
  forTests({ localTests }: LoadSubmissionOutput): LocalSteps | undefined {
    return this.areTaken && localTests === true ? this : undefined;
  }

  /**
   * Takes a step once within this workflow task. What fails there, or has no time left there, is done by an activity,
   * which is retried, and which the web UI shows with its attempts.
   * @throws what an activity would not be retried after, and a cancellation.
   */
  async first<Output>(step: LocalStep<Output>, durable: () => Promise<Output>): Promise<Output> {
    if (!this.areTaken || this.#time.leftMs(Date.now()) < step.maxMs) return durable();
    try {
      return await this.#take(step);
    } catch (error) {
      if (isCancellation(error) || isFinal(error)) throw error;
      log.info('a step failed within the workflow task; an activity takes it', {
        reason: describeFailure(error),
      });
      return durable();
    }
  }

  /** It is not retried here. A wait for a free slot of this worker counts. */
  async #take<Output>({ maxMs, summary, run }: LocalStep<Output>): Promise<Output> {
    const times = { startToCloseTimeout: maxMs, scheduleToCloseTimeout: maxMs };
    try {
      return await run(
        proxyLocalActivities<Activities>({ ...times, retry: { maximumAttempts: 1 }, summary }),
      );
    } finally {
      this.#time.stepEnded(Date.now());
    }
  }
}

function isFinal(error: unknown): boolean {
  const cause = rootFailure(error);
  return cause instanceof ApplicationFailure && cause.nonRetryable === true;
}
