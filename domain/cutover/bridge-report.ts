import type { Share } from '../grading/share.js';
import { shareSteps } from '../grading/share.js';
import type { BridgeControl } from './bridge-control.js';

/**
 * `connecting`, `waiting` (for the next attempt, after the trouble that is named), `consuming`; at rest: `off` as told,
 * `full` while too many gradings wait, `blocked` while the broker does not let us publish.
 */
export const bridgeStates = [
  'connecting',
  'consuming',
  'off',
  'full',
  'blocked',
  'waiting',
  'closing',
  'closed',
] as const;
export type BridgeState = (typeof bridgeStates)[number];

/** Where all bridges were asked: what it means that none answered, and what to do. */
export const noBridgeAnswers =
  'no bridge answers: none runs (start one: grader bridge), or it waits for something (its log and /healthz say what)';

/** Messages since the process started. */
export interface BridgeCounts {
  /** Delivered to us. */
  readonly received: number;
  /** Of these, given back to the queue unsettled: the session was lost, or Temporal or the queue where it belongs did not take it. */
  readonly givenBack: number;
  readonly started: number;
  readonly joined: number;
  /** To the legacy workers' queue, confirmed. */
  readonly forwarded: number;
  /** Of the forwarded ones, those in the share: Temporal was out of reach. */
  readonly failedOpen: number;
  readonly quarantined: number;
  /** Times that Temporal did not take a grading and consuming stopped. */
  readonly held: number;
}

/** What a bridge says of itself: on /healthz and in answer to a request for reports. */
export interface BridgeReport extends BridgeCounts {
  readonly id: string;
  readonly state: BridgeState;
  /** It does its work, or says by `full` that it waits for a good reason. */
  readonly isHealthy: boolean;
  readonly since: string;
  /** Why it is not consuming, or what keeps it from doing all of its work. */
  readonly unavailableReason: string | undefined;
  /** What it obeys. */
  readonly control: Pick<BridgeControl, 'version' | 'mode' | 'share' | 'salt'>;
  /** Everything goes to the legacy workers, since Temporal has not answered for this long, ms. */
  readonly failOpenMs: number | undefined;
  readonly inFlight: number;
  /** How long the oldest message has been in flight, ms. */
  readonly oldestInFlightMs: number;
}

/** Of a bridge that answered with something this version cannot read. It is there; whether it is well nobody knows. */
export interface UnreadableReport {
  readonly id: string;
  readonly why: string;
}

/** What the bridges of a queue say when they are asked. */
export interface BridgeAnswers {
  readonly reports: readonly BridgeReport[];
  readonly unreadable: readonly UnreadableReport[];
}

/** Consumed = started + forwarded + quarantined, over all bridges. */
export interface Ledger {
  readonly consumed: number;
  readonly inFlight: number;
  readonly started: number;
  readonly forwarded: number;
  readonly quarantined: number;
  readonly isBalanced: boolean;
}

export function ledgerOf(reports: readonly BridgeReport[]): Ledger {
  const sum = (count: (report: BridgeReport) => number): number =>
    reports.reduce((total, report) => total + count(report), 0);
  const consumed = sum((report) => report.received - report.givenBack);
  const inFlight = sum((report) => report.inFlight);
  const started = sum((report) => report.started + report.joined);
  const forwarded = sum((report) => report.forwarded);
  const quarantined = sum((report) => report.quarantined);
  const isBalanced = consumed === inFlight + started + forwarded + quarantined;
  return { consumed, inFlight, started, forwarded, quarantined, isBalanced };
}

/** Of what the bridges have taken or forwarded since they started. @returns undefined while nothing was forwarded. */
export function observedShare(
  reports: readonly BridgeReport[],
): { readonly share: Share; readonly total: number } | undefined {
  const taken = reports.reduce((sum, report) => sum + report.started + report.joined, 0);
  const forwarded = reports.reduce((sum, report) => sum + report.forwarded, 0);
  if (forwarded === 0) return undefined;
  const total = taken + forwarded;
  return { share: Math.round((taken / total) * shareSteps) as Share, total };
}
