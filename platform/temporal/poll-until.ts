import { setTimeout as sleep } from 'node:timers/promises';

/** @throws Error if `isDone` does not become true in time. */
export async function pollUntil(
  what: string,
  isDone: () => Promise<boolean>,
  { everyMs = 200, timeoutMs = 30_000 } = {},
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await isDone())) {
    if (Date.now() >= deadline) throw new Error(`Waited ${timeoutMs} ms in vain for ${what}.`);
    await sleep(everyMs);
  }
}
