import { gradeWorkflowId, regradeSignalName } from '../../domain/grading/grading-workflow.js';
import type { TemporalClient } from './connection.js';

/** temporal.api.enums.v1.PendingWorkflowTaskState: no worker has it yet. */
const scheduled = 1;

/**
 * Whether the running grading has a request before it that it has not seen, or has not begun: what it loads then answers
 * one more request, too. A signal each would do as well, but a workflow task with thousands of them never ends in time, and
 * no later one would.
 *
 * The order of the two looks matters. A task that has not begun at the first cannot have seen a request that no task of the
 * second's history comes after; what it loads, it loads after we asked.
 * @throws the client's error.
 */
export async function hasUnseenRequest(
  { client, connection, namespace }: TemporalClient,
  submissionId: number,
): Promise<boolean> {
  const workflowId = gradeWorkflowId(submissionId);
  const { raw, runId } = await client.workflow.getHandle(workflowId).describe();
  if (raw.pendingWorkflowTask?.state !== scheduled) return false;
  const { history } = await connection.workflowService.getWorkflowExecutionHistoryReverse({
    namespace,
    execution: { workflowId, runId },
    maximumPageSize: 2,
  });
  const [latest, before] = history?.events ?? [];
  const asked = latest?.workflowTaskScheduledEventAttributes ? before : latest;
  return (
    Boolean(asked?.workflowExecutionStartedEventAttributes) ||
    asked?.workflowExecutionSignaledEventAttributes?.signalName === regradeSignalName
  );
}
