import type { Measurement, Measurements } from '../domain/cutover/cutover-gates.js';
import type { GateMetric } from '../domain/cutover/cutover-plan.js';
import { errorText } from '../domain/errors/error-text.js';
import { gradeSubmissionType } from '../domain/grading/grading-workflow.js';
import { Status } from '../domain/judging/status.js';
import { withDeadline } from './deadline.js';
import type { Database } from './postgres/database.js';
import type { TemporalClient } from './temporal/connection.js';
import { readTaskBacklog } from './temporal/task-backlog.js';

export interface MeasurementSources {
  readonly temporal: TemporalClient;
  readonly database: Database;
  /** Of the shadow gradings compared since a time, above the legacy worker's own noise. */
  readonly parity: (since: Date) => Promise<Measurement>;
}

const timeoutMs = 10_000;
/** Enough for a 95th percentile. */
const maxDurations = 1_000;

/** Only what is asked for: each costs a query. One that fails, or takes too long, says why and spoils no other. */
export async function measureCutover(
  sources: MeasurementSources,
  metrics: readonly GateMetric[],
  since: Date,
): Promise<Measurements> {
  const measured = await Promise.all(
    [...new Set(metrics)].map(async (metric) => {
      try {
        const measuring = measureOne(sources, metric, since);
        return [metric, await withDeadline(`measure ${metric}`, timeoutMs, measuring)] as const;
      } catch (error) {
        return [metric, { value: undefined, samples: 0, unmeasurable: errorText(error) }] as const;
      }
    }),
  );
  return Object.fromEntries(measured);
}

function measureOne(sources: MeasurementSources, metric: GateMetric, since: Date): Promise<Measurement> {
  switch (metric) {
    case 'system-error-rate':
      return rate(sources.temporal, since, `Verdict = '${Status.SystemError}'`);
    case 'notify-failure-rate':
      return rate(sources.temporal, since, `FailedStep = 'notify'`);
    case 'parity-mismatch-rate':
      return sources.parity(since);
    case 'oldest-message-age':
      return oldestPending(sources.database, since);
    case 'time-to-verdict-p95':
      return p95Duration(sources.temporal, since);
    case 'pool-wait':
      return readTaskBacklog(sources.temporal).then(({ oldestMs, count }) => ({
        value: count === 0 ? 0 : oldestMs,
        samples: Math.max(1, count),
      }));
  }
}

function closedSince(since: Date): string {
  const origins = `(Origin = 'bridge' OR Origin = 'router')`;
  return `WorkflowType = '${gradeSubmissionType}' AND ${origins} AND CloseTime >= '${since.toISOString()}'`;
}

async function rate(temporal: TemporalClient, since: Date, bad: string): Promise<Measurement> {
  const count = (query: string): Promise<number> =>
    within(temporal, async () => (await temporal.client.workflow.count(query)).count);
  const [samples, failures] = await Promise.all([
    count(closedSince(since)),
    count(`${closedSince(since)} AND ${bad}`),
  ]);
  return { value: samples === 0 ? undefined : failures / samples, samples };
}

async function p95Duration(temporal: TemporalClient, since: Date): Promise<Measurement> {
  const durations: number[] = [];
  await within(temporal, async () => {
    for await (const { startTime, closeTime } of temporal.client.workflow.list({
      query: closedSince(since),
    })) {
      if (closeTime) durations.push(closeTime.getTime() - startTime.getTime());
      if (durations.length >= maxDurations) break;
    }
  });
  durations.sort((a, b) => a - b);
  return { value: durations[Math.ceil(durations.length * 0.95) - 1], samples: durations.length };
}

/** Of those handed in since: what was lost before the cutover is not its fault. */
async function oldestPending(database: Database, since: Date): Promise<Measurement> {
  const [row] = await database.query<{ count: string; age_ms: string | null }>({
    text: `select count(*) as count,
                  extract(epoch from (now() at time zone 'utc')
                    - min(submitted_at) filter (where status in ('Pending', 'Running'))) * 1000 as age_ms
             from submissions
            where submitted_at >= $1::timestamptz at time zone 'utc'`,
    values: [since.toISOString()],
  });
  const samples = Number(row?.count ?? 0);
  return { value: samples === 0 ? undefined : Math.max(0, Number(row?.age_ms ?? 0)), samples };
}

function within<Result>(temporal: TemporalClient, call: () => Promise<Result>): Promise<Result> {
  return temporal.connection.withDeadline(Date.now() + timeoutMs, call);
}
