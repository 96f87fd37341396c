import { setTimeout as sleep } from 'node:timers/promises';
import type { Pace } from '../domain/cutover/pacing.js';
import { freshPace, paceAfter } from '../domain/cutover/pacing.js';
import type { Share } from '../domain/grading/share.js';
import type { Settled } from './outcome.js';

/** Holds acks back, and with the few messages in flight at a time the next deliveries, so that the rate comes right. */
export interface Pacer {
  hold(settled: Settled, share: Share): Promise<void>;
  /** Ends the waits under way and forgets the count: the mode or the share has changed. */
  reset(): void;
}

export function createPacer(): Pacer {
  let pace: Pace = freshPace;
  const waits = new Set<AbortController>();
  return {
    async hold(settled, share) {
      if (settled.kind !== 'ack') return;
      const after = paceAfter(pace, settled.submissionId, performance.now(), share);
      pace = after.pace;
      if (after.waitMs === 0) return;
      const wait = new AbortController();
      waits.add(wait);
      await sleep(after.waitMs, undefined, { signal: wait.signal }).catch(() => undefined);
      waits.delete(wait);
    },
    reset() {
      pace = freshPace;
      for (const wait of waits) wait.abort();
    },
  };
}
