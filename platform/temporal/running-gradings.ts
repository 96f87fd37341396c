import { gradeSubmissionType } from '../../domain/grading/grading-workflow.js';
import type { RunningStep } from '../../domain/grading/running-step.js';
import { runningStep } from '../../domain/grading/running-step.js';
import type { TemporalClient } from './connection.js';
import type { LastFailure } from './last-failure.js';
import { lastFailureOf } from './last-failure.js';

export interface RunningGrading {
  readonly workflowId: string;
  readonly startedAt: Date;
  readonly step: RunningStep;
  /** The highest attempt among its activities. */
  readonly attempt: number;
  /** Why the last attempt failed, if it is being retried. */
  readonly lastFailure: LastFailure | undefined;
}

const timeoutMs = 10_000;
const atATime = 10;
/** temporal.api.enums.v1.PendingActivityState */
const started = 2;

/** Reads up to `atMost` running gradings, oldest first if the server sorts so. @throws the client's error. */
export async function runningGradings(
  temporal: TemporalClient,
  atMost: number,
): Promise<readonly RunningGrading[]> {
  return temporal.connection.withDeadline(Date.now() + timeoutMs, async () => {
    const listed: { workflowId: string; runId: string }[] = [];
    const query = `WorkflowType = '${gradeSubmissionType}' AND ExecutionStatus = 'Running'`;
    for await (const { workflowId, runId } of temporal.client.workflow.list({ query })) {
      listed.push({ workflowId, runId });
      if (listed.length >= atMost) break;
    }
    const found: RunningGrading[] = [];
    const left = [...listed];
    const lane = async (): Promise<void> => {
      for (let next = left.shift(); next !== undefined; next = left.shift()) {
        const grading = await look(temporal, next.workflowId, next.runId);
        if (grading !== undefined) found.push(grading);
      }
    };
    await Promise.all(Array.from({ length: atATime }, lane));
    return found;
  });
}

/** @returns undefined if it ended after the list was made. */
async function look(
  temporal: TemporalClient,
  workflowId: string,
  runId: string,
): Promise<RunningGrading | undefined> {
  const { raw, status, startTime } = await temporal.client.workflow.getHandle(workflowId, runId).describe();
  if (status.name !== 'RUNNING') return undefined;
  const pending = raw.pendingActivities ?? [];
  return {
    workflowId,
    startedAt: startTime,
    step: runningStep(
      pending.map(({ activityType, state }) => ({
        activity: activityType?.name ?? '',
        isStarted: state === started,
      })),
    ),
    attempt: Math.max(1, ...pending.map(({ attempt }) => attempt ?? 1)),
    lastFailure: lastFailureOf(pending),
  };
}
