import type { ParityExplanation } from '../domain/parity/parity-report.js';

/**
 * A person's note on a difference. It is read from the memo it is started with, which the server keeps as long as the
 * shadow grading it is about.
 */
export async function parityNote(explanation: ParityExplanation): Promise<ParityExplanation> {
  return explanation;
}
