/** Thrown when a rejudging cannot do what was asked: no such set, not graded yet, already closed. */
export class RejudgingError extends Error {
  override readonly name = 'RejudgingError';
}
