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
    staticSummary: `shadow · ${count} submissions · ${input.selection}`.slice(0, 190),
    priority: { priorityKey: gradingPriority('shadow', false) },
  });
}
