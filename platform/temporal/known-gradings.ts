import type { WorkflowExecutionInfo } from '@temporalio/client';
import {
  gradeSubmissionType,
  gradeWorkflowId,
  submissionIdOf,
} from '../../domain/grading/grading-workflow.js';
import { shadowCompareType, shadowWorkflowId } from '../../domain/parity/shadow-set.js';
import type { TemporalClient } from './connection.js';

const timeoutMs = 15_000;
/** Ids per query: the server accepts a few thousand characters. */
const askedTogether = 100;

/** The given submissions that have a grading of ours, running or within the namespace's retention. */
export function gradedHere(temporal: TemporalClient, ids: readonly number[]): Promise<ReadonlySet<number>> {
  return known(temporal, gradeSubmissionType, ids, gradeWorkflowId);
}

/** The latest grading of a submission by this engine. */
export interface GradingSummary {
  readonly runId: string;
  /** Temporal's status in lower case: running, completed, failed … */
  readonly state: string;
  readonly startedAt: Date;
  /** Undefined while it runs. */
  readonly tookMs: number | undefined;
}

/**
 * The latest grading of each, where Temporal knows one: other workers graded the rest, or their retention is over. From the
 * server's lists, which lag a moment: one call for each hundred submissions.
 */
export async function gradingSummaries(
  temporal: TemporalClient,
  ids: readonly number[],
): Promise<ReadonlyMap<number, GradingSummary>> {
  const latest = new Map<number, GradingSummary>();
  await eachRun(temporal, gradeSubmissionType, ids.map(gradeWorkflowId), (run) => {
    const submissionId = submissionIdOf(run.workflowId);
    if (submissionId === undefined) return;
    const known = latest.get(submissionId);
    if (known !== undefined && known.startedAt > run.startTime) return;
    // Its next run, which goes on with it, may not be listed yet, or have begun within the same millisecond.
    const goesOn = run.status.name === 'CONTINUED_AS_NEW';
    if (goesOn && known?.startedAt.getTime() === run.startTime.getTime()) return;
    latest.set(submissionId, {
      runId: run.runId,
      state: goesOn ? 'running' : run.status.name.toLowerCase(),
      startedAt: run.startTime,
      tookMs: run.closeTime && run.closeTime.getTime() - run.startTime.getTime(),
    });
  });
  return latest;
}

/** The given submissions that have been shadowed, or are being. */
export function shadowedHere(temporal: TemporalClient, ids: readonly number[]): Promise<ReadonlySet<number>> {
  return known(temporal, shadowCompareType, ids, shadowWorkflowId);
}

async function known(
  temporal: TemporalClient,
  type: string,
  ids: readonly number[],
  idOf: (submissionId: number) => string,
): Promise<ReadonlySet<number>> {
  const found = new Set<string>();
  await eachRun(temporal, type, ids.map(idOf), ({ workflowId }) => found.add(workflowId));
  return new Set(ids.filter((id) => found.has(idOf(id))));
}

async function eachRun(
  { client, connection }: TemporalClient,
  type: string,
  workflowIds: readonly string[],
  take: (run: WorkflowExecutionInfo) => void,
): Promise<void> {
  for (let start = 0; start < workflowIds.length; start += askedTogether) {
    const quoted = workflowIds.slice(start, start + askedTogether).map((id) => `'${id}'`);
    const query = `WorkflowType = '${type}' AND WorkflowId IN (${quoted.join(', ')})`;
    await connection.withDeadline(Date.now() + timeoutMs, async () => {
      for await (const run of client.workflow.list({ query, pageSize: 1000 })) take(run);
    });
  }
}
