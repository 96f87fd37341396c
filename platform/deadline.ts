import pTimeout from 'p-timeout';

/**
 * Rejects when the promise has not settled in time; the promise itself goes on.
 * @throws TimeoutError that names what was waited for.
 */
export function withDeadline<Value>(
  what: string,
  timeoutMs: number,
  promise: Promise<Value>,
): Promise<Value> {
  return pTimeout(promise, {
    // It takes no zero, which is what may be left of a time that is up.
    milliseconds: Math.max(1, timeoutMs),
    message: `${what}: no answer within ${timeoutMs} ms`,
  });
}
