import type { WorkflowExecutionStatusName } from '@temporalio/client';
import { WorkflowNotFoundError } from '@temporalio/client';
import { defineSearchAttributeKey } from '@temporalio/common';
import type { GradingStep } from '../../domain/grading/failure-type.js';
import { gradeWorkflowId } from '../../domain/grading/grading-workflow.js';
import type { PreviousRun } from '../../domain/grading/previous-run.js';
import type { LatestGrading } from '../../domain/grading/replay.js';
import { stepOfActivity } from '../../domain/grading/running-step.js';
import type { TemporalClient } from './connection.js';
import { readPreviousRun } from './read-previous-run.js';
import { readRun } from './read-run.js';

export interface KnownGrading {
  readonly grading: LatestGrading;
  /** Undefined while it runs, and after a verdict. */
  readonly earlier?: PreviousRun;
}

const rpcTimeoutMs = 15_000;

/**
 * The latest run of a submission's grading, from the server itself, because lists may lag.
 * @returns undefined if Temporal knows none.
 */
export async function latestGrading(
  { client, connection }: TemporalClient,
  submissionId: number,
): Promise<KnownGrading | undefined> {
  return connection.withDeadline(Date.now() + rpcTimeoutMs, async () => {
    try {
      const workflowId = gradeWorkflowId(submissionId);
      const { runId, status, closeTime, typedSearchAttributes } = await client.workflow
        .getHandle(workflowId)
        .describe();
      const known = { runId, state: states[status.name] ?? 'running' };
      const closed = { ...known, ...(closeTime === undefined ? {} : { closedAt: closeTime }) };
      if (known.state === 'running' || known.state === 'completed') return { grading: closed };
      const run = readRun(await client.workflow.getHandle(workflowId, runId).fetchHistory());
      const step =
        run.failure?.step ??
        (typedSearchAttributes.get(failedStepAttribute) as GradingStep | undefined) ??
        unfinishedStep(run.steps.find((each) => !each.completed)?.activity);
      const earlier = readPreviousRun(runId, run);
      return {
        grading: {
          ...closed,
          ...(step === undefined ? {} : { failedStep: step }),
          ...(run.failure === undefined ? {} : { reason: run.failure.reason }),
        },
        earlier: step === undefined ? earlier : { ...earlier, failedStep: step },
      };
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return undefined;
      throw error;
    }
  });
}

/** Only its state; the history is not read. @returns undefined if Temporal knows none. */
export async function latestGradingState(
  { client, connection }: TemporalClient,
  submissionId: number,
): Promise<LatestGrading['state'] | undefined> {
  try {
    const handle = client.workflow.getHandle(gradeWorkflowId(submissionId));
    const { status } = await connection.withDeadline(Date.now() + rpcTimeoutMs, () => handle.describe());
    return states[status.name] ?? 'running';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

const failedStepAttribute = defineSearchAttributeKey('FailedStep', 'KEYWORD');

const states: Partial<Record<WorkflowExecutionStatusName, LatestGrading['state']>> = {
  COMPLETED: 'completed',
  FAILED: 'failed',
  CANCELLED: 'cancelled',
  TERMINATED: 'terminated',
  TIMED_OUT: 'timed-out',
};

/** For a run ended from outside, the step it had reached. */
function unfinishedStep(activity: string | undefined): GradingStep | undefined {
  return activity === undefined ? undefined : stepOfActivity[activity];
}
