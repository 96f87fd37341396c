import type { GradingStep } from '../../domain/grading/failure-type.js';
import { gradeSubmissionType } from '../../domain/grading/grading-workflow.js';
import type { TemporalClient } from './connection.js';

export interface FailedGradingsQuery {
  /** Only if the namespace has the search attribute. */
  readonly failedStep?: GradingStep | undefined;
  /** Bounds of the time of failure. */
  readonly since?: Date | undefined;
  readonly until?: Date | undefined;
  /** Also those that somebody terminated at Temporal, by its command or web UI. */
  readonly withTerminated?: boolean;
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
export function listFilter(query: Omit<FailedGradingsQuery, 'atMost'>): string {
  const { failedStep, since, until, withTerminated = false } = query;
  const conditions = [
    `WorkflowType = "${gradeSubmissionType}"`,
    `ExecutionStatus IN ("Failed", "TimedOut"${withTerminated ? ', "Terminated"' : ''})`,
    ...(failedStep === undefined ? [] : [`FailedStep = "${failedStep}"`]),
    ...(since === undefined ? [] : [`CloseTime >= "${since.toISOString()}"`]),
    ...(until === undefined ? [] : [`CloseTime <= "${until.toISOString()}"`]),
  ];
  return conditions.join(' AND ');
}
