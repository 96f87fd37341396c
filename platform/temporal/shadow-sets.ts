import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import { gradingPriority } from '../../domain/grading/grading-priority.js';
import { gradingQueue } from '../../domain/grading/grading-workflow.js';
import type { ShadowSetInput, ShadowSetSummary } from '../../domain/parity/shadow-set.js';
import { shadowSetType } from '../../domain/parity/shadow-set.js';
import type { TemporalClient } from './connection.js';

export type ShadowSetHandle = WorkflowHandle<(input: ShadowSetInput) => Promise<ShadowSetSummary>>;

/** Its gradings under way are cancelled, too. @throws WorkflowNotFoundError when no such set runs. */
export async function cancelShadowSet({ client }: TemporalClient, set: string): Promise<void> {
  await client.workflow.getHandle(set).cancel();
}

/** What was selected, in words: lists show memos without a worker. */
const selectionMemo = 'Selection';

/** A set as lists show it. */
export interface ListedShadowSet {
  readonly set: string;
  readonly state: string;
  readonly startedAt: Date;
  /** Null while it runs. */
  readonly closedAt: Date | null;
  /** Empty for one that was started by a schedule. */
  readonly selection: string;
}

const listTimeoutMs = 15_000;

/** Open ones first, then the latest; at most so many. @throws the client's error. */
export async function listShadowSets(
  { client, connection }: TemporalClient,
  atMost: number,
): Promise<readonly ListedShadowSet[]> {
  return connection.withDeadline(Date.now() + listTimeoutMs, async () => {
    const sets: ListedShadowSet[] = [];
    // Each run that continued as new is an entry of its own; the set is its last run.
    const query = `WorkflowType = '${shadowSetType}' AND ExecutionStatus != 'ContinuedAsNew'`;
    for await (const found of client.workflow.list({ query })) {
      const selection = found.memo?.[selectionMemo];
      sets.push({
        set: found.workflowId,
        state: found.status.name === 'RUNNING' ? 'open' : found.status.name.toLowerCase(),
        startedAt: found.startTime,
        closedAt: found.closeTime ?? null,
        selection: typeof selection === 'string' ? selection : '',
      });
      if (sets.length >= atMost) break;
    }
    return sets;
  });
}

/** Durable on return. */
export function startShadowSet(
  { client }: TemporalClient,
  input: ShadowSetInput,
  count: number,
): Promise<ShadowSetHandle> {
  const day = new Date().toISOString().slice(0, 10).replaceAll('-', '');
  return client.workflow.start<(input: ShadowSetInput) => Promise<ShadowSetSummary>>(shadowSetType, {
    workflowId: `shadow-set-${day}-${randomUUID().slice(0, 8)}`,
    taskQueue: gradingQueue,
    args: [input],
    memo: { [selectionMemo]: `${count} submissions, ${input.selection}` },
    staticSummary: `shadow · ${count} submissions · ${input.selection}`.slice(0, 190),
    priority: { priorityKey: gradingPriority('shadow', false) },
  });
}
