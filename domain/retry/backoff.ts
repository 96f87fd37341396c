/** Pauses between attempts, each twice as long as the one before. */
export interface Backoff {
  readonly initialMs: number;
  readonly maximumMs: number;
  /** Share of the delay that is random, 0–1, so that processes do not come back in step. Default: none. */
  readonly jitter?: number;
}

/** For a broker or server that went away: 0.2, 0.4, 0.8 … 10 s. */
export const reconnectBackoff = { initialMs: 200, maximumMs: 10_000, jitter: 0.2 } satisfies Backoff;

/**
 * Delay before attempt `attempt` (1 is the first retry), ms.
 * @param random 0 ≤ random < 1; takes up to `jitter` off the delay, so that the maximum holds.
 */
export function backoffDelayMs(backoff: Backoff, attempt: number, random = 0): number {
  const exponent = Math.max(0, attempt - 1);
  const delay = Math.min(backoff.maximumMs, backoff.initialMs * 2 ** exponent);
  return Math.round(delay * (1 - (backoff.jitter ?? 0) * random));
}
