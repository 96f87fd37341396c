import { setTimeout as sleep } from 'node:timers/promises';

/** Repeats an assertion until it holds; its own error is thrown when it does not in time. */
export async function eventually<Value>(
  assertion: () => Value | Promise<Value>,
  { timeoutMs = 120_000, everyMs = 50 } = {},
): Promise<Value> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    try {
      return await assertion();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await sleep(everyMs);
    }
  }
}
