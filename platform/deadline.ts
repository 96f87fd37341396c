/**
 * Rejects when the promise has not settled in time; the promise itself goes on.
 * @throws Error that names what was waited for.
 */
export async function withDeadline<Value>(
  what: string,
  timeoutMs: number,
  promise: Promise<Value>,
): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const expiry = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: no answer within ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    return await Promise.race([promise, expiry]);
  } finally {
    clearTimeout(timer);
  }
}
