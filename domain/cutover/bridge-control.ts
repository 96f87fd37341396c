import type { Share } from '../grading/share.js';
import { formatShare } from '../grading/share.js';

/**
 * How the bridges of a queue take messages from it.
 *
 * The first five compete with the legacy workers on their own queue, without any change to the platform:
 * `off` takes nothing; `standby` takes what the others have no free prefetch for; `equal` takes its turn; `primary` goes first;
 * `paced` takes a share by rate, not by set. `router` takes everything, starts the gradings of the ids in the share and
 * forwards the others to the queue of the legacy workers.
 */
export const bridgeModes = ['off', 'standby', 'equal', 'primary', 'paced', 'router'] as const;
export type BridgeMode = (typeof bridgeModes)[number];

export interface BridgeSetting {
  readonly mode: BridgeMode;
  /** Of `paced` and `router`; without meaning in the other modes. */
  readonly share: Share;
  /** Of the share's hash. Another salt is another set of ids. */
  readonly salt: string;
}

/** One version of the setting that holds for all bridges of a queue. Versions are never changed, only followed. */
export interface BridgeControl extends BridgeSetting {
  /** 1, 2, 3 …; 0 is what a bridge falls back to where nobody has set anything. */
  readonly version: number;
  /** ISO time. */
  readonly at: string;
  readonly by: string;
  readonly why: string;
  /** The cutover that set it; absent when a person did. */
  readonly cutover?: string;
  /** What was measured before it was set, one line each. */
  readonly evidence?: readonly string[];
}

export const bridgeControlType = 'bridgeControl';
/** Tells a version that it is not the newest any more. */
export const replacedSignal = 'replaced';

/** Each version is a workflow of its own, so that the id alone lets only one writer make it. */
export function controlWorkflowId(queue: string, version: number): string {
  return `bridge-control-${queue}-${version}`;
}

export function hasShare(mode: BridgeMode): boolean {
  return mode === 'paced' || mode === 'router';
}

/** `router 25 %`, `standby`. */
export function describeSetting({ mode, share }: Pick<BridgeSetting, 'mode' | 'share'>): string {
  return hasShare(mode) ? `${mode} ${formatShare(share)}` : mode;
}
