import { ApplicationFailure } from '@temporalio/client';
import pMap from 'p-map';
import type { GradingEvidence, SubmissionEvidence } from '../domain/criteria/criterion.js';
import { gradeSubmissionType } from '../domain/grading/grading-workflow.js';
import type { Database } from './postgres/database.js';
import type { TemporalClient } from './temporal/connection.js';
import { failureOfRun } from './temporal/failure-of-run.js';

const timeoutMs = 30_000;
/** Each costs a request; more failures than these change no verdict. */
const maxFailures = 200;
const atOnce = 8;

/** Gradings that ended in a period, and the types of the failures; beyond 200 failures the rest counts as `other`. */
export async function readGradings(
  { client, connection }: TemporalClient,
  since: Date,
  until: Date,
): Promise<GradingEvidence> {
  const ended = `WorkflowType = "${gradeSubmissionType}" AND CloseTime BETWEEN "${since.toISOString()}" AND "${until.toISOString()}"`;
  const failed = `${ended} AND ExecutionStatus IN ("Failed", "TimedOut")`;
  return connection.withDeadline(Date.now() + timeoutMs, async () => {
    const count = async (query: string) => (await client.workflow.count(query)).count;
    const failedByType: Record<string, number> = {};
    const add = (type: string, by = 1) => {
      failedByType[type] = (failedByType[type] ?? 0) + by;
    };
    const failures = await count(failed);
    const looked: { workflowId: string; runId: string }[] = [];
    for await (const { workflowId, runId } of client.workflow.list({
      query: failed,
      pageSize: maxFailures,
    })) {
      looked.push({ workflowId, runId });
      if (looked.length >= maxFailures) break;
    }
    for (const type of await pMap(looked, (run) => failureTypeOf(client, run), { concurrency: atOnce }))
      add(type);
    if (failures > looked.length) add('other', failures - looked.length);
    return { completed: await count(`${ended} AND ExecutionStatus = "Completed"`), failedByType };
  });
}

/** Submissions handed in in a period, as the platform shows them. */
export async function readSubmissions(
  database: Database,
  since: Date,
  until: Date,
  graceMs: number,
): Promise<SubmissionEvidence> {
  const rows = await database.query<{ status: string; count: number; overdue: number }>({
    text: `select coalesce(status, 'Pending') as status,
                  count(*)::int as count,
                  (count(*) filter (where submitted_at < $3::timestamptz at time zone 'utc'))::int as overdue
             from submissions
            where submitted_at >= $1::timestamptz at time zone 'utc'
              and submitted_at <= $2::timestamptz at time zone 'utc'
            group by 1`,
    values: [since.toISOString(), until.toISOString(), new Date(until.getTime() - graceMs).toISOString()],
  });
  const ungraded = rows.filter(({ status }) => status === 'Pending' || status === 'Running');
  return {
    handedIn: rows.reduce((sum, { count }) => sum + count, 0),
    byStatus: Object.fromEntries(rows.map(({ status, count }) => [status, count])),
    overdue: ungraded.reduce((sum, { overdue }) => sum + overdue, 0),
    graceMs,
  };
}

/** Submissions handed in within a step, by what the platform shows. */
export interface SubmissionStep {
  /** ms since the epoch; the step begins there. */
  readonly at: number;
  readonly accepted: number;
  readonly otherVerdicts: number;
  readonly systemErrors: number;
  readonly withoutVerdict: number;
}

/** Steps in which nothing was handed in are left out. */
export async function readSubmissionSteps(
  database: Database,
  since: Date,
  until: Date,
  stepMs: number,
): Promise<readonly SubmissionStep[]> {
  const rows = await database.query<{
    step: number;
    accepted: number;
    system_errors: number;
    waiting: number;
    handed_in: number;
  }>({
    text: `select floor((extract(epoch from submitted_at) * 1000 - $3::float8) / $4::float8)::int as step,
                  (count(*) filter (where status = 'Accepted'))::int as accepted,
                  (count(*) filter (where status = 'System Error'))::int as system_errors,
                  (count(*) filter (where coalesce(status, 'Pending') in ('Pending', 'Running')))::int as waiting,
                  count(*)::int as handed_in
             from submissions
            where submitted_at >= $1::timestamptz at time zone 'utc'
              and submitted_at <= $2::timestamptz at time zone 'utc'
            group by 1 order by 1`,
    values: [since.toISOString(), until.toISOString(), since.getTime(), stepMs],
  });
  return rows.map((row) => ({
    at: since.getTime() + row.step * stepMs,
    accepted: row.accepted,
    otherVerdicts: row.handed_in - row.accepted - row.system_errors - row.waiting,
    systemErrors: row.system_errors,
    withoutVerdict: row.waiting,
  }));
}

async function failureTypeOf(
  client: TemporalClient['client'],
  run: { readonly workflowId: string; readonly runId: string },
): Promise<string> {
  try {
    const failure = await failureOfRun(client, run);
    if (failure instanceof ApplicationFailure && typeof failure.type === 'string') return failure.type;
    return failure?.name ?? 'other';
  } catch (error) {
    return error instanceof Error ? error.name : 'other';
  }
}
