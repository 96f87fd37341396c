import { setTimeout as sleep } from 'node:timers/promises';

interface Patience {
  readonly timeoutMs?: number;
  /** The first pause; later ones are longer, as to ask costs the processor time that others wait for. */
  readonly everyMs?: number;
  readonly maxPauseMs?: number;
}

/** Repeats an assertion until it holds; its own error is thrown when it does not in time. */
export async function eventually<Value>(
  assertion: () => Value | Promise<Value>,
  { timeoutMs = 120_000, everyMs = 50, maxPauseMs = 250 }: Patience = {},
): Promise<Value> {
  const beganAt = Date.now();
  for (;;) {
    try {
      return await assertion();
    } catch (error) {
      const waitedMs = Date.now() - beganAt;
      if (waitedMs > timeoutMs) throw error;
      await sleep(Math.max(everyMs, Math.min(waitedMs / 8, maxPauseMs)));
    }
  }
}
