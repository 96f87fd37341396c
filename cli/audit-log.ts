import { describeSetting } from '../domain/cutover/bridge-control.js';
import { listActions } from '../platform/temporal/operator-actions.js';
import type { CommandContext } from './context.js';

/** Who did what to what, why, and what came of it. */
export interface AuditEntry {
  readonly at: Date;
  readonly by: string;
  /** From where: `cli`, `console`, or a plan of a cutover. */
  readonly via: string;
  readonly what: string;
  readonly target: string;
  readonly why: string;
  /** What a plan measured when it decided. */
  readonly evidence: readonly string[];
  /** Undefined while it goes on, or where its end was not recorded. */
  readonly outcome: string | undefined;
  /** Where Temporal holds it; a setting of the bridges is a workflow of its own kind. */
  readonly record: { readonly workflowId: string; readonly runId: string } | undefined;
}

/**
 * The one audit log, latest first: what people did by commands and in the console, and every setting of the queue's bridges,
 * which holds who set it and why. @throws what the client throws.
 */
export async function readAuditLog(
  { temporal, control, settings }: Pick<CommandContext, 'temporal' | 'control' | 'settings'>,
  atMost: number,
): Promise<readonly AuditEntry[]> {
  const [actions, controls] = await Promise.all([listActions(temporal, atMost), control.history(atMost)]);
  const entries: readonly AuditEntry[] = [
    ...actions.map(({ workflowId, runId, ...action }) => ({
      ...action,
      evidence: [],
      record: { workflowId, runId },
    })),
    ...controls.map(({ at, by, why, cutover, version, evidence = [], ...setting }) => ({
      at: new Date(at),
      by,
      via: cutover === undefined ? 'cli or console' : `plan ${cutover}`,
      what: 'mode set',
      target: `${settings.queue}: ${describeSetting(setting)}`,
      why,
      evidence,
      outcome: `written as version ${version}`,
      record: undefined,
    })),
  ];
  return entries.toSorted((a, b) => b.at.getTime() - a.at.getTime()).slice(0, atMost);
}
