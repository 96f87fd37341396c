import { SharedCalls } from '../domain/concurrency/shared-calls.js';
import type { Origin } from '../domain/grading/grading-workflow.js';
import type { GradingStarter } from '../platform/temporal/grading-starter.js';
import type { Decision } from './outcome.js';
import type { SubmissionLookup } from './submission-lookup.js';

/**
 * Starts the gradings of the submissions that are ours. A message that comes again is graded again: whether it was
 * handled before, or asks for a grading of tests that have changed since, nobody can tell. Messages for one submission that
 * are here together share a start: each would be one more signal to the same run, which thousands would overwhelm.
 */
export class Grader {
  readonly #starter: Pick<GradingStarter, 'startGrading'>;
  readonly #lookup: Pick<SubmissionLookup, 'find'>;
  readonly #starts = new SharedCalls<number, Decision>();

  constructor(starter: Pick<GradingStarter, 'startGrading'>, lookup: Pick<SubmissionLookup, 'find'>) {
    this.#starter = starter;
    this.#lookup = lookup;
  }

  /** Whether a start of this submission is about to begin that a message may share. */
  isAwaited(submissionId: number): boolean {
    return this.#starts.isAwaited(submissionId);
  }

  /**
   * @param mayStart is asked just before the start: the looks before it take time, and the setting may have changed.
   * @throws DatabaseSilentError, or the client's error when the start is not certain.
   */
  grade(submissionId: number, origin: Origin, mayStart: () => boolean): Promise<Decision> {
    return this.#starts.share(submissionId, () => this.#gradeNow(submissionId, origin, mayStart));
  }

  async #gradeNow(submissionId: number, origin: Origin, mayStart: () => boolean): Promise<Decision> {
    const header = await this.#lookup.find(submissionId);
    if (header === undefined) {
      return {
        kind: 'quarantine',
        reason: 'no-such-submission',
        detail: `the database has no submission ${submissionId}`,
      };
    }
    if (!mayStart()) return { kind: 'again' };
    const as = await this.#starter.startGrading({ submissionId, origin, header });
    return { kind: 'ack', as, submissionId };
  }
}
