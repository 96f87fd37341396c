import type { WorkflowHandle } from '@temporalio/client';
import { submissionIdOf } from '../../domain/grading/grading-workflow.js';
import type { TemporalClient } from './connection.js';
import { grpcCode, grpcStatus, isRefusal } from './grpc-status.js';

/** A workflow whose own code cannot go on: its next task fails again and again, and no deadline of its own ends that. */
export interface StuckWorkflow {
  readonly workflowId: string;
  readonly runId: string;
  /** Undefined where it is no grading of a submission. */
  readonly submissionId: number | undefined;
  /** Of the task that fails. */
  readonly attempt: number;
  readonly since: Date;
  readonly reason: string;
}

const timeoutMs = 10_000;
/** Fewer failures may be of a worker that is being replaced; by this one the server waits between attempts. */
const minAttempts = 4;
/** What the server says itself, after a few failures in a row. */
const listFilter =
  "ExecutionStatus = 'Running' AND TemporalReportedProblems IN ('category=WorkflowTaskFailed', 'category=WorkflowTaskTimedOut')";

/**
 * At most so many, of every type of workflow. Servers before 1.30 do not report such problems: there, none is found.
 * @throws the client's error.
 */
export async function stuckWorkflows(
  temporal: TemporalClient,
  atMost: number,
): Promise<readonly StuckWorkflow[]> {
  const { client, connection } = temporal;
  return connection.withDeadline(Date.now() + timeoutMs, async () => {
    const found: StuckWorkflow[] = [];
    // The list lags: some go on by now. But each costs calls, so not all are looked at.
    let left = 3 * atMost;
    try {
      const list = client.workflow.list({ query: listFilter, pageSize: Math.min(left, 1000) });
      for await (const { workflowId, runId } of list) {
        const stuck = await look(temporal, client.workflow.getHandle(workflowId, runId), runId);
        if (stuck !== undefined) found.push(stuck);
        left -= 1;
        if (found.length >= atMost || left === 0) break;
      }
    } catch (error) {
      const isUnknown = grpcCode(error) === grpcStatus.invalidArgument || isRefusal(error);
      if (!isUnknown) throw error;
    }
    return found;
  });
}

/** @returns undefined where it goes on. */
async function look(
  temporal: TemporalClient,
  handle: WorkflowHandle,
  runId: string,
): Promise<StuckWorkflow | undefined> {
  const { raw, status } = await handle.describe();
  const task = raw.pendingWorkflowTask;
  if (status.name !== 'RUNNING' || !task) return undefined;
  const { workflowId } = handle;
  const attempt = Number(task.attempt ?? 1);
  if (attempt < minAttempts) return undefined;
  const failure = await firstTaskFailure(temporal, workflowId, runId);
  return { workflowId, runId, submissionId: submissionIdOf(workflowId), attempt, ...failure };
}

/** The first failure in a row stands in the history, the others are only counted. */
async function firstTaskFailure(
  { connection, namespace }: TemporalClient,
  workflowId: string,
  runId: string,
): Promise<Pick<StuckWorkflow, 'since' | 'reason'>> {
  const { history } = await connection.workflowService.getWorkflowExecutionHistoryReverse({
    namespace,
    execution: { workflowId, runId },
    maximumPageSize: 10,
  });
  const events = history?.events ?? [];
  const failed = events.find(
    (event) => event.workflowTaskFailedEventAttributes || event.workflowTaskTimedOutEventAttributes,
  );
  const said = failed?.workflowTaskFailedEventAttributes?.failure?.message;
  return {
    since: new Date(Number((failed ?? events[0])?.eventTime?.seconds ?? 0) * 1000),
    reason:
      said || (failed?.workflowTaskTimedOutEventAttributes ? 'the worker did not answer in time' : 'unknown'),
  };
}
