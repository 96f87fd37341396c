import type { BridgeReport } from './bridge-report.js';
import type { GateResult } from './cutover-gates.js';
import type { CutoverPlan } from './cutover-plan.js';

export const cutoverType = 'cutover';
export function cutoverWorkflowId(queue: string): string {
  return `cutover-${queue}`;
}

/** Names of the signals and the query: plain data, so that workflow and command line share them. */
export const cutoverSignals = {
  pause: 'pause',
  resume: 'resume',
  promote: 'promote',
  abort: 'abort',
} as const;
export type CutoverVerb = keyof typeof cutoverSignals;
export const cutoverStatusQuery = 'status';

/** Who wants it, and why. */
export interface CutoverOrder {
  readonly by: string;
  readonly why: string;
  /** Of promote: skip all holds and gates up to the last step. */
  readonly full?: boolean;
}

export interface CutoverInput {
  readonly queue: string;
  readonly plan: CutoverPlan;
  readonly salt: string;
  readonly by: string;
  readonly why: string;
  /** Of a run that goes on in a new history. */
  readonly state?: CutoverState;
}

export type CutoverPhase =
  | 'setting'
  | 'holding'
  | 'waiting-for-data'
  | 'waiting-for-promotion'
  | 'paused'
  | 'completed'
  | 'aborted'
  | 'rolled-back';

export interface CutoverEvent {
  readonly at: string;
  readonly by: string;
  readonly what: string;
  readonly why: string;
  readonly evidence: readonly string[];
}

export interface CutoverState {
  readonly step: number;
  readonly phase: CutoverPhase;
  readonly stepSince: string;
  /** Of the control that this cutover set last. */
  readonly version: number;
  /** What the bridges had counted when the step began. */
  readonly base: readonly BridgeBase[];
  /** The bridges could not be asked then: `base` is what they answer first. */
  readonly isBaseUnknown?: boolean;
  /** Since when a gate, or the bridges' counts, cannot be measured. ISO time. */
  readonly unmeasurableSince?: string | undefined;
  readonly events: readonly CutoverEvent[];
}

export interface CutoverStatus extends CutoverState {
  readonly plan: CutoverPlan;
  readonly gates: readonly GateResult[];
  readonly observed: ObservedShare;
  /** Words for what is waited for. */
  readonly waitsFor: string;
}

export interface ObservedShare {
  readonly ours: number;
  readonly total: number;
}

export type BridgeBase = Pick<BridgeReport, 'id' | 'started' | 'forwarded'>;

/** Started and forwarded since `before`, by bridge; a bridge that started in between counts as a whole. */
export function observedSince(before: readonly BridgeBase[], now: readonly BridgeBase[]): ObservedShare {
  let ours = 0;
  let forwarded = 0;
  for (const report of now) {
    const base = before.find(({ id }) => id === report.id);
    ours += report.started - (base?.started ?? 0);
    forwarded += report.forwarded - (base?.forwarded ?? 0);
  }
  return { ours, total: ours + forwarded };
}
