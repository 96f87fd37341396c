import type { WorkflowHandle } from '@temporalio/client';
import { gradeSubmissionType, submissionIdOf } from '../../domain/grading/grading-workflow.js';
import type { RunningStep } from '../../domain/grading/running-step.js';
import { runningStep, stepOfActivity } from '../../domain/grading/running-step.js';
import type { TemporalClient } from './connection.js';
import { containerPauseOf } from './container-pause-of.js';

export interface RunningGrading {
  readonly submissionId: number;
  readonly workflowId: string;
  readonly runId: string;
  readonly startedAt: Date;
  readonly step: RunningStep;
  /** The highest attempt among its activities. */
  readonly attempt: number;
  /** Its steps that are tried again, the latest failure first. */
  readonly retried: readonly RetriedStep[];
}

export interface RetriedStep {
  readonly step: RunningStep;
  /** Of the next or the current attempt. */
  readonly attempt: number;
  /** Why the last attempt failed. */
  readonly reason: string;
  /** When the last attempt failed; undefined where the server has forgotten. */
  readonly at: Date | undefined;
}

const timeoutMs = 10_000;
const atATime = 10;
/** temporal.api.enums.v1.PendingActivityState */
const started = 2;

/** Reads the running gradings, of more than `atMost` the oldest: what does not get on is among them. @throws the client's error. */
export async function runningGradings(
  temporal: TemporalClient,
  atMost: number,
): Promise<readonly RunningGrading[]> {
  return temporal.connection.withDeadline(Date.now() + timeoutMs, async () => {
    const latest = await list(temporal, allRunning, atMost + 1);
    const listed =
      latest.length > atMost ? await list(temporal, await ofTheOldest(temporal, atMost), atMost) : latest;
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

const allRunning = `WorkflowType = '${gradeSubmissionType}' AND ExecutionStatus = 'Running'`;
/** Each halves what is not known of the age, on a scale of ratios. */
const maxNarrowings = 20;
const ages = { leastMs: 100, mostMs: 10 * 365 * 86_400_000 };

interface Run {
  readonly workflowId: string;
  readonly runId: string;
}

/** The latest first: the server knows no other order. */
async function list({ client }: TemporalClient, query: string, atMost: number): Promise<readonly Run[]> {
  const listed: Run[] = [];
  for await (const { workflowId, runId } of client.workflow.list({
    query,
    pageSize: Math.min(atMost, 1000),
  })) {
    listed.push({ workflowId, runId });
    if (listed.length >= atMost) break;
  }
  return listed;
}

/** Of more than so many, a filter that finds so many, or a few less. */
async function ofTheOldest({ client }: TemporalClient, atMost: number): Promise<string> {
  const now = Date.now();
  const olderThan = (ageMs: number) =>
    `${allRunning} AND StartTime <= '${new Date(now - ageMs).toISOString()}'`;
  let tooFew: number = ages.mostMs;
  let tooMany: number = ages.leastMs;
  for (let narrowing = 0; narrowing < maxNarrowings; narrowing += 1) {
    const ageMs = Math.sqrt(tooFew * tooMany);
    const { count } = await client.workflow.count(olderThan(ageMs));
    if (count > atMost) tooMany = ageMs;
    else if (count < atMost / 2) tooFew = ageMs;
    else return olderThan(ageMs);
  }
  // More than that began within one moment.
  return olderThan(tooMany);
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
  const isIdle = pending.length === 0 && !raw.pendingWorkflowTask;
  const pause = isIdle ? await containerPauseOf(temporal, workflowId, runId) : undefined;
  return {
    submissionId: submissionIdOf(workflowId) ?? 0,
    workflowId,
    runId,
    startedAt: startTime,
    step: runningStep(
      pending.map(({ activityType, state }) => ({
        activity: activityType?.name ?? '',
        isStarted: state === started,
      })),
    ),
    attempt: Math.max(1, ...pending.map(({ attempt }) => attempt ?? 1)),
    retried:
      pause === undefined
        ? pending.flatMap(retriedStep).toSorted((a, b) => (b.at?.getTime() ?? 0) - (a.at?.getTime() ?? 0))
        : [{ step: 'acquire', attempt: pause.container, reason: pause.reason, at: pause.since }],
  };
}

type Pending = NonNullable<
  Awaited<ReturnType<WorkflowHandle['describe']>>['raw']['pendingActivities']
>[number];

function retriedStep({ activityType, attempt, lastFailure, ...times }: Pending): RetriedStep[] {
  if (!lastFailure) return [];
  // Between two attempts the server forgets when the last one began.
  const at = [times.lastAttemptCompleteTime, times.lastStartedTime, times.scheduledTime]
    .map((time) => Number(time?.seconds ?? 0) * 1000)
    // A time that was never set may come as the year 1.
    .find((milliseconds) => milliseconds > 0);
  return [
    {
      step: stepOfActivity[activityType?.name ?? ''] ?? 'between steps',
      attempt: attempt ?? 1,
      reason: lastFailure.message ?? '',
      at: at === undefined ? undefined : new Date(at),
    },
  ];
}
