import type { Origin } from '../domain/grading/grading-workflow.js';
import type { GradingStarter } from '../platform/temporal/grading-starter.js';
import type { SubmissionHandler } from './handle-message.js';
import type { SubmissionLookup } from './submission-lookup.js';

/** A redelivered message whose grading completed within this time was acked too late, and is not graded again. */
export const alreadyGradedWithinMs = 3_600_000;

/** Starts the grading of every submission it is given: what the bridge does in all modes but `router`. */
export function createGrader(
  starter: GradingStarter,
  lookup: SubmissionLookup,
  origin: Origin,
): SubmissionHandler {
  return async (submissionId, redelivered) => {
    if (redelivered && (await starter.wasGradedWithin(submissionId, alreadyGradedWithinMs))) {
      return { kind: 'ack', as: 'already-graded', submissionId };
    }
    const found = await lookup(submissionId);
    if (found.kind === 'missing') {
      return {
        kind: 'quarantine',
        reason: 'no-such-submission',
        detail: `the database has no submission ${submissionId}`,
      };
    }
    const header = found.kind === 'found' ? found.header : undefined;
    const as = await starter.startGrading({ submissionId, origin, header });
    return { kind: 'ack', as, submissionId };
  };
}
