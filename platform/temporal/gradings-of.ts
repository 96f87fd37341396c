import { defineSearchAttributeKey } from '@temporalio/common';
import { gradeSubmissionType, gradeWorkflowId } from '../../domain/grading/grading-workflow.js';
import { shadowGradeType } from '../../domain/grading/shadow-grading.js';
import { shadowCompareType, shadowWorkflowId } from '../../domain/parity/shadow-set.js';
import type { TemporalClient } from './connection.js';
import { grpcCode, grpcStatus } from './grpc-status.js';

/** One run that graded a submission. */
export interface GradingRun {
  readonly kind: 'grading' | 'shadow' | 'rejudge';
  readonly workflowId: string;
  readonly runId: string;
  /** Temporal's status in lower case. */
  readonly state: string;
  readonly startedAt: Date;
  readonly tookMs: number | undefined;
  /** Who asked for it: the bridge, a replay … */
  readonly origin: string | undefined;
}

const kinds: Readonly<Record<string, GradingRun['kind']>> = {
  [gradeSubmissionType]: 'grading',
  [shadowCompareType]: 'shadow',
  [shadowGradeType]: 'rejudge',
};
const originAttribute = defineSearchAttributeKey('Origin', 'KEYWORD');
const withinMs = 5_000;
const maxRuns = 50;

/** Every run that Temporal still knows, latest first. From the server's lists, which lag a moment. */
export async function gradingsOf(
  temporal: TemporalClient,
  submissionId: number,
): Promise<readonly GradingRun[]> {
  const named = [gradeWorkflowId(submissionId), shadowWorkflowId(submissionId)].map((id) => `'${id}'`);
  const byName = `WorkflowId IN (${named.join(', ')})`;
  return temporal.connection.withDeadline(Date.now() + withinMs, async () => {
    try {
      // Rejudgings name theirs after the set.
      return await runsOf(temporal, `${byName} OR SubmissionId = '${submissionId}'`);
    } catch (error) {
      if (grpcCode(error) !== grpcStatus.invalidArgument) throw error;
      // The namespace has no such search attribute.
      return runsOf(temporal, byName);
    }
  });
}

async function runsOf({ client }: TemporalClient, query: string): Promise<readonly GradingRun[]> {
  const runs: GradingRun[] = [];
  for await (const found of client.workflow.list({ query, pageSize: maxRuns })) {
    const { workflowId, runId, type, status, startTime, closeTime, typedSearchAttributes } = found;
    const kind = kinds[type];
    if (kind === undefined) continue;
    runs.push({
      kind,
      workflowId,
      runId,
      state: status.name.toLowerCase(),
      startedAt: startTime,
      tookMs: closeTime && closeTime.getTime() - startTime.getTime(),
      origin: typedSearchAttributes.get(originAttribute),
    });
    if (runs.length >= maxRuns) break;
  }
  return runs.toSorted((a, b) => b.startedAt.getTime() - a.startedAt.getTime());
}
