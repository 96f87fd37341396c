import { percentile } from '../../domain/criteria/percentile.js';
import { gradeSubmissionType } from '../../domain/grading/grading-workflow.js';
import { Status } from '../../domain/judging/status.js';
import type { TemporalClient } from './connection.js';
import { grpcCode, grpcStatus } from './grpc-status.js';

/** Outcomes of gradings from the server's lists, which lag a moment. */
export interface GradingFigures {
  readonly running: number;
  /** Closed since then. */
  readonly completed: number;
  readonly failed: number;
  readonly cancelled: number;
  /** System Errors shown to students; undefined if the namespace lacks the search attribute, as below. */
  readonly systemErrors: number | undefined;
  /** Not notified: verdicts that the backend has not taken yet. */
  readonly notNotified: number | undefined;
  /** Gradings closed in the last minute. */
  readonly perMinute: number;
  /** From start to end of a grading, ms; over the latest closed ones. */
  readonly p50Ms: number | undefined;
  readonly p95Ms: number | undefined;
  readonly timed: number;
}

const timeoutMs = 10_000;
/** Enough for a 95th percentile; each costs one row of a list, with its memo. */
const maxTimed = 400;
const minuteMs = 60_000;

/** @throws the client's error. */
export async function gradingFigures(temporal: TemporalClient, since: Date): Promise<GradingFigures> {
  const ofType = `WorkflowType = '${gradeSubmissionType}'`;
  const closed = `${ofType} AND CloseTime >= '${since.toISOString()}'`;
  const lastMinute = new Date(Date.now() - minuteMs).toISOString();
  const [running, ended, perMinute, systemErrors, notNotified, durations] = await Promise.all([
    count(temporal, `${ofType} AND ExecutionStatus = 'Running'`),
    countByStatus(temporal, closed),
    count(temporal, `${ofType} AND CloseTime >= '${lastMinute}'`),
    countIfKnown(temporal, `${closed} AND Verdict = '${Status.SystemError}'`),
    countIfKnown(temporal, `${ofType} AND ExecutionStatus = 'Running' AND Verdict IS NOT NULL`),
    durationsOf(temporal, `${closed} AND ExecutionStatus = 'Completed'`),
  ]);
  const ofStatus = (...names: string[]) => names.reduce((sum, name) => sum + (ended.get(name) ?? 0), 0);
  return {
    running,
    completed: ofStatus('Completed'),
    failed: ofStatus('Failed', 'TimedOut'),
    cancelled: ofStatus('Canceled', 'Terminated'),
    systemErrors,
    notNotified,
    perMinute,
    p50Ms: percentile(durations, 0.5),
    p95Ms: percentile(durations, 0.95),
    timed: durations.length,
  };
}

async function count({ client, connection }: TemporalClient, query: string): Promise<number> {
  return connection.withDeadline(
    Date.now() + timeoutMs,
    async () => (await client.workflow.count(query)).count,
  );
}

/** One call for all. */
async function countByStatus(
  { client, connection }: TemporalClient,
  query: string,
): Promise<ReadonlyMap<string, number>> {
  const { groups } = await connection.withDeadline(Date.now() + timeoutMs, () =>
    client.workflow.count(`${query} GROUP BY ExecutionStatus`),
  );
  return new Map(groups.map((group) => [String(group.groupValues[0]), group.count]));
}

/**
 * How many workflows a filter finds; undefined where the server rejects it for an unregistered search attribute. The server
 * groups counts by status alone, so each verdict is a count of its own.
 */
export async function countIfKnown(temporal: TemporalClient, query: string): Promise<number | undefined> {
  try {
    return await count(temporal, query);
  } catch (error) {
    if (grpcCode(error) === grpcStatus.invalidArgument) return undefined;
    throw error;
  }
}

async function durationsOf(
  { client, connection }: TemporalClient,
  query: string,
): Promise<readonly number[]> {
  const durations: number[] = [];
  await connection.withDeadline(Date.now() + timeoutMs, async () => {
    for await (const { startTime, closeTime } of client.workflow.list({ query, pageSize: maxTimed })) {
      if (closeTime) durations.push(closeTime.getTime() - startTime.getTime());
      if (durations.length >= maxTimed) break;
    }
  });
  return durations;
}
