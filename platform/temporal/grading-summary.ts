import { WorkflowNotFoundError } from '@temporalio/client';
import { gradeWorkflowId } from '../../domain/grading/grading-workflow.js';
import type { TemporalClient } from './connection.js';

/** The latest grading of a submission by this engine. */
export interface GradingSummary {
  readonly runId: string;
  /** Temporal's status in lower case: running, completed, failed … */
  readonly state: string;
  readonly startedAt: Date;
  /** Undefined while it runs. */
  readonly tookMs: number | undefined;
}

const timeoutMs = 10_000;

/** One call. @returns undefined if Temporal knows none: another worker graded it, or its retention is over. */
export async function gradingSummary(
  { client, connection }: TemporalClient,
  submissionId: number,
): Promise<GradingSummary | undefined> {
  try {
    const { runId, status, startTime, closeTime } = await connection.withDeadline(
      Date.now() + timeoutMs,
      () => client.workflow.getHandle(gradeWorkflowId(submissionId)).describe(),
    );
    return {
      runId,
      state: status.name.toLowerCase(),
      startedAt: startTime,
      tookMs: closeTime && closeTime.getTime() - startTime.getTime(),
    };
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}
