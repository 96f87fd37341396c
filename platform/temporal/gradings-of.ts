import { defineSearchAttributeKey } from '@temporalio/common';
import { gradeSubmissionType, gradeWorkflowId } from '../../domain/grading/grading-workflow.js';
import { shadowCompareType, shadowWorkflowId } from '../../domain/parity/shadow-set.js';
import type { TemporalClient } from './connection.js';

/** One run that graded a submission. */
export interface GradingRun {
  readonly kind: 'grading' | 'shadow';
  readonly workflowId: string;
  readonly runId: string;
  /** Temporal's status in lower case. */
  readonly state: string;
  readonly startedAt: Date;
  readonly tookMs: number | undefined;
  /** Who asked for it: the bridge, a replay … */
  readonly origin: string | undefined;
}

const originAttribute = defineSearchAttributeKey('Origin', 'KEYWORD');
const withinMs = 5_000;
const maxRuns = 50;

/** Every run that Temporal still knows, latest first. From the server's lists, which lag a moment. */
export async function gradingsOf(
  { client, connection }: TemporalClient,
  submissionId: number,
): Promise<readonly GradingRun[]> {
  const kinds = {
    [gradeSubmissionType]: { kind: 'grading', id: gradeWorkflowId(submissionId) },
    [shadowCompareType]: { kind: 'shadow', id: shadowWorkflowId(submissionId) },
  } as const;
  const ids = Object.values(kinds).map(({ id }) => `'${id}'`);
  return connection.withDeadline(Date.now() + withinMs, async () => {
    const runs: GradingRun[] = [];
    const list = client.workflow.list({ query: `WorkflowId IN (${ids.join(', ')})`, pageSize: maxRuns });
    for await (const {
      workflowId,
      runId,
      type,
      status,
      startTime,
      closeTime,
      typedSearchAttributes,
    } of list) {
      const kind = Object.entries(kinds).find(([name]) => name === type)?.[1].kind;
      if (kind === undefined) continue;
      const origin = typedSearchAttributes.get(originAttribute);
      const tookMs = closeTime && closeTime.getTime() - startTime.getTime();
      runs.push({
        kind,
        workflowId,
        runId,
        state: status.name.toLowerCase(),
        startedAt: startTime,
        tookMs,
        origin,
      });
      if (runs.length >= maxRuns) break;
    }
    return runs.toSorted((a, b) => b.startedAt.getTime() - a.startedAt.getTime());
  });
}
