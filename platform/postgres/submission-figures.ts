import type { Database } from './database.js';
import { submittedAtMs } from './submission-list.js';

export interface StatusCount {
  readonly status: string;
  readonly submissions: number;
}

/** What the platform shows, whoever graded it. Read-only. */
export interface SubmissionFigures {
  /** Counts of submissions handed in since then, most frequent status first. */
  byStatus(since: Date): Promise<readonly StatusCount[]>;
  /** Submissions without a verdict, and those of the last minute. */
  inflow(): Promise<{ readonly ungraded: number; readonly lastMinute: number }>;
  /** When the oldest submission without a verdict was handed in. */
  oldestUngraded(): Promise<Date | undefined>;
}

export function createSubmissionFigures(database: Database): SubmissionFigures {
  return {
    byStatus: (since) =>
      database.query<{ status: string; submissions: number }>({
        text: `select coalesce(status, 'Pending') as status, count(*)::int as submissions from submissions
          where submitted_at >= $1::timestamptz at time zone 'utc' group by 1 order by 2 desc, 1`,
        values: [since.toISOString()],
      }),
    async inflow() {
      const [row] = await database.query<{ ungraded: number; last_minute: number }>({
        text: `select count(*) filter (where coalesce(status, 'Pending') in ('Pending', 'Running'))::int as ungraded,
            count(*) filter (where submitted_at >= (now() at time zone 'utc') - interval '1 minute')::int as last_minute
          from submissions
          where coalesce(status, 'Pending') in ('Pending', 'Running')
             or submitted_at >= (now() at time zone 'utc') - interval '1 minute'`,
      });
      return { ungraded: row?.ungraded ?? 0, lastMinute: row?.last_minute ?? 0 };
    },
    async oldestUngraded() {
      const [row] = await database.query<{ oldest_ms: number | null }>({
        text: `select min(${submittedAtMs}) as oldest_ms from submissions s
          where coalesce(status, 'Pending') in ('Pending', 'Running')`,
      });
      return typeof row?.oldest_ms === 'number' ? new Date(row.oldest_ms) : undefined;
    },
  };
}
