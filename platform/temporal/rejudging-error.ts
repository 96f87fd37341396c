/** Thrown when what was asked of a rejudging cannot be done: no such set, not graded yet, closed already. */
export class RejudgingError extends Error {
  override readonly name = 'RejudgingError';
}
