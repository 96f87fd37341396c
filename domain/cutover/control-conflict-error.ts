/** Thrown when another version was made first; read it before deciding again. */
export class ControlConflictError extends Error {
  override readonly name = 'ControlConflictError';
}
