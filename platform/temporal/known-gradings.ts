import { gradeSubmissionType, gradeWorkflowId } from '../../domain/grading/grading-workflow.js';
import { shadowCompareType, shadowWorkflowId } from '../../domain/parity/shadow-set.js';
import type { TemporalClient } from './connection.js';

const timeoutMs = 15_000;
/** Ids per query: the server accepts a few thousand characters. */
const askedTogether = 100;

/** The given submissions that have a grading of ours, running or within the namespace's retention. */
export function gradedHere(temporal: TemporalClient, ids: readonly number[]): Promise<ReadonlySet<number>> {
  return known(temporal, gradeSubmissionType, ids, gradeWorkflowId);
}

/** The given submissions that have been shadowed, or are being. */
export function shadowedHere(temporal: TemporalClient, ids: readonly number[]): Promise<ReadonlySet<number>> {
  return known(temporal, shadowCompareType, ids, shadowWorkflowId);
}

async function known(
  { client, connection }: TemporalClient,
  type: string,
  ids: readonly number[],
  idOf: (submissionId: number) => string,
): Promise<ReadonlySet<number>> {
  const found = new Set<string>();
  for (let start = 0; start < ids.length; start += askedTogether) {
    const quoted = ids.slice(start, start + askedTogether).map((id) => `'${idOf(id)}'`);
    const query = `WorkflowType = '${type}' AND WorkflowId IN (${quoted.join(', ')})`;
    await connection.withDeadline(Date.now() + timeoutMs, async () => {
      for await (const { workflowId } of client.workflow.list({ query, pageSize: 1000 }))
        found.add(workflowId);
    });
  }
  return new Set(ids.filter((id) => found.has(idOf(id))));
}
