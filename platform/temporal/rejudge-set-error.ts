/** Thrown when what was asked of a rejudge set cannot be done: no such set, not graded yet, closed already. */
export class RejudgeSetError extends Error {
  override readonly name = 'RejudgeSetError';
}
