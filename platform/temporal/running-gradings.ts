import { gradeSubmissionType } from '../../domain/grading/grading-workflow.js';
import type { RunningStep } from '../../domain/grading/running-step.js';
import { runningStep } from '../../domain/grading/running-step.js';
import type { TemporalClient } from './connection.js';

export interface RunningGrading {
  readonly workflowId: string;
  readonly startedAt: Date;
  readonly step: RunningStep;
  /** The most attempts one of its activities has come to. */
  readonly attempt: number;
  /** Why the last attempt failed that is being retried. */
  readonly lastFailure: { readonly message: string; readonly at: Date } | undefined;
}

const timeoutMs = 10_000;
const atATime = 10;
/** temporal.api.enums.v1.PendingActivityState */
const started = 2;

/** Looks into up to `atMost` of the gradings under way, oldest first where the server lists so. @throws the client's error. */
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

/** @returns undefined of one that has ended since the list was made. */
async function look(
  temporal: TemporalClient,
  workflowId: string,
  runId: string,
): Promise<RunningGrading | undefined> {
  const { raw, status, startTime } = await temporal.client.workflow.getHandle(workflowId, runId).describe();
  if (status.name !== 'RUNNING') return undefined;
  const pending = raw.pendingActivities ?? [];
  const failing = pending.filter(({ lastFailure }) => lastFailure);
  const latest = failing[0];
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
    lastFailure:
      latest === undefined
        ? undefined
        : {
            message: latest.lastFailure?.message ?? '',
            at: new Date(Number(latest.lastStartedTime?.seconds ?? 0) * 1000),
          },
  };
}
