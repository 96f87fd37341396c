import type { Share } from '../grading/share.js';
import type { BridgeMode } from './bridge-control.js';

/**
 * What can be measured while a share is held, and in what unit a limit is written.
 * - `system-error-rate`: gradings of ours that ended in System Error
 * - `notify-failure-rate`: gradings whose verdict the backend did not take
 * - `parity-mismatch-rate`: shadow gradings that differ from the legacy worker's verdict, above its own noise
 * - `oldest-message-age`: how long the submission that waits longest has been without a verdict
 * - `time-to-verdict-p95`: of our gradings, from start to end
 * - `pool-wait`: how long the grading that waits longest has waited for a container
 */
export const gateMetrics = {
  'system-error-rate': 'rate',
  'notify-failure-rate': 'rate',
  'parity-mismatch-rate': 'rate',
  'oldest-message-age': 'duration',
  'time-to-verdict-p95': 'duration',
  'pool-wait': 'duration',
} as const;
export type GateMetric = keyof typeof gateMetrics;

export interface Gate {
  readonly metric: GateMetric;
  /** Fails above it: a part of 1 for a rate, ms for a duration. */
  readonly max: number;
  /** With fewer it neither passes nor fails. */
  readonly minSamples: number;
}

export interface CutoverStep {
  readonly mode: BridgeMode;
  readonly share: Share;
  /** At least this long, and until every gate passes. */
  readonly holdMs: number;
  readonly gates: readonly Gate[];
  /** Waits for a person even when all gates pass. */
  readonly manual: boolean;
}

export interface CutoverPlan {
  readonly name: string;
  readonly steps: readonly CutoverStep[];
  /** When a gate fails. */
  readonly onFail: 'pause' | 'rollback';
  /** When a gate cannot be measured for long; `rollback` where absent. */
  readonly onUnmeasurable?: 'pause' | 'rollback';
  /** How long that is, ms; 5 minutes where absent. */
  readonly unmeasurableAfterMs?: number;
  /** What abort and rollback set. */
  readonly rollback: { readonly mode: BridgeMode; readonly share: Share };
  readonly checkEveryMs: number;
}
