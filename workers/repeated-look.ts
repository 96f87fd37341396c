import { setTimeout as sleep } from 'node:timers/promises';

interface RepeatedLook {
  /** Waits for a look under way. */
  close(): Promise<void>;
}

/** Looks at once, and again so long after each look has ended. @param look never rejects. */
export function lookRepeatedly(look: () => Promise<void>, everyMs: number): RepeatedLook {
  const closing = new AbortController();
  const running = (async () => {
    while (!closing.signal.aborted) {
      await look();
      await sleep(everyMs, undefined, { signal: closing.signal }).catch(() => undefined);
    }
  })();
  return {
    async close() {
      closing.abort();
      await running;
    },
  };
}
