/** For how long somebody has not answered. */
export interface Silence {
  /** Since the count began, or the last answer. */
  ms(): number;
  answered(): void;
  close(): void;
}

const everyMs = 250;
/** What is longer between two turns was a standstill of this process, in which no answer could be heard. */
const longestTurnMs = 1_000;

/**
 * Counted in short turns of the monotonic clock: neither a clock that is put right nor a process or a machine that stood still
 * for an hour makes an hour of silence, or keeps one from being noticed.
 */
export function countSilence(): Silence {
  let silentMs = 0;
  let countedAt = performance.now();
  const count = (): void => {
    const now = performance.now();
    silentMs += Math.min(now - countedAt, longestTurnMs);
    countedAt = now;
  };
  const timer = setInterval(count, everyMs).unref();
  return {
    ms() {
      count();
      return silentMs;
    },
    answered() {
      silentMs = 0;
      countedAt = performance.now();
    },
    close: () => clearInterval(timer),
  };
}
