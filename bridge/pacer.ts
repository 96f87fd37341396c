import { setTimeout as sleep } from 'node:timers/promises';
import type { Pace } from '../domain/pacing.js';
import { freshPace, paceAfter } from '../domain/pacing.js';
import type { Share } from '../domain/share.js';
import type { Outcome } from './handle-message.js';

/** Holds the ack of a message back, and with a prefetch of one the next delivery, so that the rate comes right. */
export interface Pacer {
  hold(outcome: Outcome, share: Share): Promise<void>;
  /** Whether a message is held back now, which is no stall. */
  isHolding(): boolean;
  /** Ends the wait under way and forgets the count: the mode or the share has changed. */
  reset(): void;
}

export function createPacer(): Pacer {
  let pace: Pace = freshPace;
  let wait: AbortController | undefined;
  return {
    async hold(outcome, share) {
      if (outcome.kind !== 'ack') return;
      const after = paceAfter(pace, outcome.submissionId, Date.now(), share);
      pace = after.pace;
      if (after.waitMs === 0) return;
      const waiting = new AbortController();
      wait = waiting;
      await sleep(after.waitMs, undefined, { signal: waiting.signal }).catch(() => undefined);
      if (wait === waiting) wait = undefined;
    },
    isHolding: () => wait !== undefined,
    reset() {
      pace = freshPace;
      wait?.abort();
      wait = undefined;
    },
  };
}
