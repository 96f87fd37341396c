import type { Database } from './database.js';
import { createColumnReader } from './schema-columns.js';
import type { SubmissionHeader } from './submission-store.js';

/** A submission as the platform shows it. */
export interface ListedSubmission extends SubmissionHeader {
  readonly submissionId: number;
  readonly status: string;
  /** Null if the deployment keeps none. */
  readonly score: number | null;
  readonly submittedAt: Date | null;
}

/** Lists of submissions for operators' commands. Read-only. */
export interface SubmissionList {
  /** Ordered by id; missing ones are left out. */
  byIds(ids: readonly number[]): Promise<ListedSubmission[]>;
  /** The latest `atMost` of one status. */
  byStatus(status: string, atMost: number): Promise<ListedSubmission[]>;
  /** The latest `atMost`, latest first. */
  latest(atMost: number): Promise<ListedSubmission[]>;
  /** The latest `atMost` of one status that were handed in since then, latest first. */
  byStatusSince(status: string, since: Date, atMost: number): Promise<ListedSubmission[]>;
  /** A page of those without a verdict, latest first; the next page is before the last id of this one. */
  ungraded(before: number | undefined, atMost: number): Promise<ListedSubmission[]>;
  /**
   * A page of those whose result is still as our worker recorded it, latest first: the backend has not written since
   * (record-result.ts marks them). Looks at the latest million rows of results. PostgreSQL forgets a mark when it freezes
   * the row (up to version 15 millions of transactions later, from 16 on a vacuum may), and a dump does not hold it. A write that was rolled back leaves its own mark
   * in the place of ours, and one on a row that the backend has written: to grade that once more does no harm. None where
   * the results are a view or a foreign table, whose rows have no marks.
   */
  untold(before: number | undefined, atMost: number): Promise<ListedSubmission[]>;
}

/**
 * As a number: how a moment is spelled is a setting of the server, the database or the role, and `pg` reads one spelling alone.
 * A column without a zone counts as UTC (contract §3); one with a zone is what it says.
 */
export const submittedAtMs = '(extract(epoch from s.submitted_at) * 1000)::float8';

const maxId = Number.MAX_SAFE_INTEGER;
const resultsLookedAt = 1_000_000;

export function createSubmissionList(database: Database): SubmissionList {
  const columnReader = createColumnReader(database);
  const list = (rest: string, values: readonly unknown[]): Promise<ListedSubmission[]> =>
    columnReader.using(async ({ cachedScore }) => {
      const rows = await database.query<ListedRow>({
        text: `select s.id, s.status, ${cachedScore ? 's.cached_score' : 'null::int'} as score,
            ${submittedAtMs} as submitted_at_ms, s.language, coalesce(s.is_test, false) as is_test,
            p.title, p.class_id
          from submissions s join problems p on p.id = s.problem_id ${rest}`,
        values,
      });
      return rows.map(listed);
    });
  return {
    byIds: (ids) => list('where s.id = any($1::bigint[]) order by s.id', [ids]),
    byStatus: async (status, atMost) =>
      (await list('where s.status = $1 order by s.id desc limit $2', [status, atMost])).reverse(),
    latest: (atMost) => list('order by s.id desc limit $1', [atMost]),
    byStatusSince: (status, since, atMost) =>
      list(
        `where s.status = $1 and s.submitted_at >= $2::timestamptz at time zone 'utc' order by s.id desc limit $3`,
        [status, since.toISOString(), atMost],
      ),
    ungraded: (before, atMost) =>
      list(
        `where coalesce(s.status, 'Pending') in ('Pending', 'Running') and s.id < $1::bigint order by s.id desc limit $2`,
        [before ?? maxId, atMost],
      ),
    untold: async (before, atMost) => {
      if (!(await columnReader.columns()).resultMarks) return [];
      return list(
        `where s.id in (select r.submission_id from submission_results r
            where r.id > (select max(id) from submission_results) - ${resultsLookedAt} and r.xmax <> '0')
          and coalesce(s.status, 'Pending') not in ('Pending', 'Running') and s.id < $1::bigint order by s.id desc limit $2`,
        [before ?? maxId, atMost],
      );
    },
  };
}

/** Of a row with these columns. */
export function listed(row: ListedRow): ListedSubmission {
  return {
    submissionId: row.id,
    status: row.status ?? 'Pending',
    score: row.score,
    submittedAt: row.submitted_at_ms === null ? null : new Date(row.submitted_at_ms),
    classId: row.class_id,
    isTest: row.is_test,
    problemTitle: row.title,
    language: row.language,
  };
}

export interface ListedRow {
  id: number;
  status: string | null;
  score: number | null;
  submitted_at_ms: number | null;
  language: string;
  is_test: boolean;
  title: string;
  class_id: number;
}
