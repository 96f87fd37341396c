import { errorText } from '../../domain/errors/error-text.js';
import { FailureType } from '../../domain/grading/failure-type.js';
import { CallersFault, OurFault, StepError } from '../../domain/grading/step-error.js';
import type { TestCaseResult } from '../../domain/judging/submission.js';
import type { Database } from './database.js';
import { sqlState } from './schema-columns.js';

/** Thrown when the database can never hold this result, as its tests were deleted. */
export class ResultRefusedError extends CallersFault {
  override readonly name = 'ResultRefusedError';
  override readonly failureType = FailureType.ResultRefused;

  constructor(submissionId: number, cause: unknown, deleted: readonly number[] = []) {
    const tests = deleted.length === 0 ? '' : ` (deleted: ${deleted.slice(0, 20).join(', ')})`;
    super(
      `The result of submission ${submissionId} cannot be stored: ${errorText(cause)}. ` +
        `A test case was deleted while the submission was graded${tests}; grade it again with: grader replay ${submissionId}`,
      { cause },
    );
  }
}

/** Thrown when the database does not take a result now. Whether it ever will, no error code can tell. */
export class WriteFailedError extends OurFault {
  override readonly name = 'WriteFailedError';

  constructor(submissionId: number, cause: unknown) {
    const state = sqlState(cause);
    const code = state === undefined ? '' : ` (SQLSTATE ${state})`;
    super(
      `The result of submission ${submissionId} could not be written to the database: ${errorText(cause)}${code}. ` +
        `${hint(state)} It is tried again until it works.`,
      { cause },
    );
  }
}

/** What should be stored of a result. */
export interface Unwritten {
  readonly status: string;
  readonly rows: readonly Pick<TestCaseResult, 'testCaseId' | 'status'>[];
}

/**
 * What becomes of a result whose writing failed, by what is in the database and not by the error: only where the
 * submission or a test is gone will every further attempt fail as well.
 * @returns 'recorded' where the same result is there already, as the backend may have written it.
 * @throws ResultRefusedError, or WriteFailedError where another attempt may succeed
 */
export async function afterFailedWrite(
  database: Database,
  submissionId: number,
  unwritten: Unwritten,
  error: unknown,
): Promise<'recorded' | 'not-found'> {
  if (error instanceof StepError) throw error;
  const failure = new WriteFailedError(submissionId, error);
  const found = await look(database, submissionId, unwritten).catch(() => {
    throw failure;
  });
  if (found === undefined) return 'not-found';
  if (found.deleted.length > 0) throw new ResultRefusedError(submissionId, error, found.deleted);
  if (isSame(unwritten, found)) return 'recorded';
  throw failure;
}

interface Found {
  readonly status: string | null;
  readonly deleted: readonly number[];
  readonly stored: readonly [testCaseId: number | null, status: string][];
}

async function look(
  database: Database,
  submissionId: number,
  { rows }: Unwritten,
): Promise<Found | undefined> {
  const ids = rows.flatMap(({ testCaseId }) => testCaseId ?? []);
  const [row] = await database.query<Found>({
    text: `select s.status,
        array(select id from unnest($2::bigint[]) as wanted(id)
          where not exists (select 1 from test_cases t where t.id = wanted.id) order by id) as deleted,
        coalesce((select json_agg(json_build_array(r.test_case_id, r.status) order by r.test_case_id, r.id)
          from submission_results r where r.submission_id = s.id), '[]') as stored
      from submissions s where s.id = $1::bigint`,
    values: [submissionId, ids],
  });
  return row;
}

function isSame({ status, rows }: Unwritten, found: Found): boolean {
  const wanted = rows
    .map((row): [number | null, string] => [row.testCaseId, row.status])
    .toSorted(([a], [b]) => (a ?? 0) - (b ?? 0));
  return found.status === status && JSON.stringify(wanted) === JSON.stringify(found.stored);
}

/** The likely cause, in an operator's words. */
function hint(state: string | undefined): string {
  const known = state === undefined ? undefined : (hints[state] ?? hints[state.slice(0, 2)]);
  return known ?? 'Look into the log of the database server.';
}

const hints: Readonly<Record<string, string>> = {
  '23505':
    "The sequence of its ids is probably behind the table, as after a restore. Next: select setval(pg_get_serial_sequence('submission_results', 'id'), (select max(id) from submission_results));",
  '23': 'A constraint or a trigger of the platform refuses it: \\d submission_results and \\d submissions show them.',
  P0: 'A trigger of the platform refuses it: \\d submission_results and \\d submissions show them.',
  '53100': 'The disk of the database server is full.',
  '53': 'The database server has too little of something: memory, disk or connections.',
  '57014':
    "Its rows may be locked. Next: select pid, state, query from pg_stat_activity where wait_event_type = 'Lock';",
  '55': "Its rows may be locked. Next: select pid, state, query from pg_stat_activity where wait_event_type = 'Lock';",
  '40': 'Other transactions changed the same rows at the same time.',
  '25006': 'The database is read-only, such as a standby: DATABASE_URL should name the primary server.',
  '22003':
    'A column of submission_results or submissions is too small for one of its numbers: \\d submission_results and \\d submissions show their types.',
  '22': 'The database cannot hold one of its values: the encoding of the database should be UTF8 (psql -l shows it).',
};
