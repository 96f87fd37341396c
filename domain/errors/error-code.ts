/** Whether it is the error with this `code`: one of Node's, of the system (`ENOENT`) or of an aborted wait (`ABORT_ERR`). */
export function hasErrorCode(error: unknown, code: string): boolean {
  return errorCode(error) === code;
}

/** The `code` that errors of Node, of AMQP and of PostgreSQL carry; undefined without one. */
export function errorCode(error: unknown): string | number | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' || typeof code === 'number' ? code : undefined;
}

/** Whether a wait ended because its signal was aborted: by Node's own error, or by what the signal itself throws. */
export function isAbort(error: unknown, signal: AbortSignal): boolean {
  return signal.aborted && (error === signal.reason || hasErrorCode(error, 'ABORT_ERR'));
}
