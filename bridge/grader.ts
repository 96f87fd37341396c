import type { Origin } from '../domain/grading/grading-workflow.js';
import type { GradingStarter } from '../platform/temporal/grading-starter.js';
import type { Decision } from './outcome.js';
import type { SubmissionLookup } from './submission-lookup.js';

/** A redelivered message whose grading completed within this time was acked too late, and is not graded again. */
export const alreadyGradedWithinMs = 3_600_000;

/** Starts the gradings of the submissions that are ours. */
export class Grader {
  readonly #starter: Pick<GradingStarter, 'wasGradedWithin' | 'startGrading'>;
  readonly #lookup: SubmissionLookup;

  constructor(starter: Pick<GradingStarter, 'wasGradedWithin' | 'startGrading'>, lookup: SubmissionLookup) {
    this.#starter = starter;
    this.#lookup = lookup;
  }

  /**
   * @param mayStart is asked just before the start: the looks before it take time, and the setting may have changed.
   * @throws the client's error when the start is not certain.
   */
  async grade(
    submissionId: number,
    redelivered: boolean,
    origin: Origin,
    mayStart: () => boolean,
  ): Promise<Decision> {
    if (redelivered && (await this.#starter.wasGradedWithin(submissionId, alreadyGradedWithinMs))) {
      return { kind: 'ack', as: 'already-graded', submissionId };
    }
    const found = await this.#lookup(submissionId);
    if (found.kind === 'missing') {
      return {
        kind: 'quarantine',
        reason: 'no-such-submission',
        detail: `the database has no submission ${submissionId}`,
      };
    }
    if (!mayStart()) return { kind: 'again' };
    const header = found.kind === 'found' ? found.header : undefined;
    const as = await this.#starter.startGrading({ submissionId, origin, header });
    return { kind: 'ack', as, submissionId };
  }
}
