import type { BridgeMode } from '../domain/cutover/bridge-control.js';
import { pacedPrefetch } from '../domain/cutover/pacing.js';
import type { ConsumePlan } from './consumer.js';

/** What a bridge knows when it decides whether and how to consume. */
export interface Circumstances {
  readonly mode: BridgeMode;
  /** Submissions that wait for a container, or for a worker at all, and those started just now. */
  readonly backlog: number;
  readonly backlogLimit: number;
  /** It has stopped for the backlog before, and goes on at half of the limit only. */
  readonly wasOverLimit: boolean;
  /** Why the broker blocks publishing, when it does. */
  readonly blocked: string | undefined;
  readonly prefetch: number;
  readonly routerPrefetch: number;
}

export type ConsumeDecision =
  | { readonly kind: 'consume'; readonly plan: ConsumePlan }
  /** `off`: as it was told. `full`: back-pressure. `blocked`: the broker's trouble. */
  | { readonly kind: 'rest'; readonly state: 'off' | 'full' | 'blocked'; readonly why: string };

/**
 * Paced goes before the others: it holds itself back, and beside many legacy workers with room to spare its turn alone
 * would come too seldom for its share.
 */
const priorities = { standby: -1, equal: 0, primary: 1, paced: 1, router: 0 } as const;

/**
 * A router never stops for a backlog: it would keep the legacy workers' messages from them, and those in the share are ours
 * however long they wait. It stops while it cannot forward.
 */
export function decideConsuming(now: Circumstances): ConsumeDecision {
  const { mode } = now;
  if (mode === 'off') return { kind: 'rest', state: 'off', why: 'the mode is off' };
  if (mode === 'router') {
    if (now.blocked !== undefined) {
      return { kind: 'rest', state: 'blocked', why: `the broker blocks publishing: ${now.blocked}` };
    }
    return { kind: 'consume', plan: { priority: 0, prefetch: now.routerPrefetch, forwards: true } };
  }
  const limit = now.wasOverLimit ? now.backlogLimit / 2 : now.backlogLimit;
  if (now.backlog > limit) {
    return {
      kind: 'rest',
      state: 'full',
      why: `${now.backlog} gradings wait for a worker or a container, or were started just now; above ${now.backlogLimit}, messages stay with the broker until they are ${Math.floor(now.backlogLimit / 2)} or fewer (BRIDGE_BACKLOG_LIMIT)`,
    };
  }
  // Few at a time, so that holding their acks holds the next deliveries.
  const prefetch = mode === 'paced' ? pacedPrefetch : now.prefetch;
  return { kind: 'consume', plan: { priority: priorities[mode], prefetch, forwards: false } };
}
