import { WorkflowNotFoundError } from '@temporalio/client';
import { gradeWorkflowId } from '../../domain/grading/grading-workflow.js';
import type { TemporalClient } from './connection.js';

/**
 * Asks a running grading to stop, like the web UI's button: its program is killed, its container released, and
 * nothing recorded. Returns before that has happened.
 * @returns 'not-running' if none runs.
 */
export async function cancelGrading(
  { client, connection }: TemporalClient,
  submissionId: number,
): Promise<'requested' | 'not-running'> {
  try {
    await connection.withDeadline(Date.now() + 10_000, () =>
      client.workflow.getHandle(gradeWorkflowId(submissionId)).cancel(),
    );
    return 'requested';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return 'not-running';
    throw error;
  }
}
