export interface Backoff {
  readonly initialMs: number;
  readonly factor: number;
  readonly maximumMs: number;
  /** Share of the delay that is random, 0–1, so that processes do not come back in step. */
  readonly jitter: number;
}

/** For a broker or server that went away: 0.2, 0.4, 0.8 … 10 s. */
export const reconnectBackoff: Backoff = { initialMs: 200, factor: 2, maximumMs: 10_000, jitter: 0.2 };

/**
 * Delay before attempt `attempt` (1 is the first retry), ms.
 * @param random 0 ≤ random < 1; takes up to `jitter` off the delay, so that the maximum holds.
 */
export function backoffDelayMs(backoff: Backoff, attempt: number, random: number): number {
  const exponent = Math.max(0, attempt - 1);
  const delay = Math.min(backoff.maximumMs, backoff.initialMs * backoff.factor ** exponent);
  return Math.round(delay * (1 - backoff.jitter * random));
}
