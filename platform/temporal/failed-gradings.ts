import type { GradingStep } from '../../domain/grading/failure-type.js';
import { gradeSubmissionType } from '../../domain/grading/grading-workflow.js';
import type { TemporalClient } from './connection.js';

export interface FailedGradingsQuery {
  /** Only if the namespace has the search attribute. */
  readonly failedStep?: GradingStep | undefined;
  /** Bounds of the time of failure. */
  readonly since?: Date | undefined;
  readonly until?: Date | undefined;
  readonly atMost: number;
}

/**
 * Submissions with a failed grading, latest failure first. Lists lag a moment and include failed runs that were
 * replayed since, so check the latest run of each.
 */
export async function failedGradings(
  { client, connection }: TemporalClient,
  query: FailedGradingsQuery,
): Promise<number[]> {
  return connection.withDeadline(Date.now() + 60_000, async () => {
    const ids = new Set<number>();
    for await (const { workflowId } of client.workflow.list({ query: listFilter(query) })) {
      const id = /^grade-(\d+)$/.exec(workflowId)?.[1];
      if (id !== undefined) ids.add(Number(id));
      if (ids.size >= query.atMost) break;
    }
    return [...ids];
  });
}

/** Temporal's list filter; it also works in the web UI. */
export function listFilter({ failedStep, since, until }: Omit<FailedGradingsQuery, 'atMost'>): string {
  const conditions = [
    `WorkflowType = "${gradeSubmissionType}"`,
    'ExecutionStatus IN ("Failed", "TimedOut")',
    ...(failedStep === undefined ? [] : [`FailedStep = "${failedStep}"`]),
    ...(since === undefined ? [] : [`CloseTime >= "${since.toISOString()}"`]),
    ...(until === undefined ? [] : [`CloseTime <= "${until.toISOString()}"`]),
  ];
  return conditions.join(' AND ');
}
