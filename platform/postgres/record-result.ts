import type { AttemptFence } from '../../activities/attempt-fence.js';
import type { ScoredTest } from '../../domain/judging/scoring.js';
import { keepsTestResults, score } from '../../domain/judging/scoring.js';
import type { GradingResult, TestCaseResult } from '../../domain/judging/submission.js';
import type { Database } from './database.js';
import { afterFailedWrite } from './failed-write.js';
import type { OptionalColumns } from './schema-columns.js';
import { sqlState } from './schema-columns.js';

/** RECORD_RESULT: `auto` gives way if the role may not write, `always` treats that as an error. */
export type RecordMode = 'auto' | 'always' | 'never';

const insufficientPrivilege = '42501';
const readOnlyTransaction = '25006';

/**
 * Writes in one transaction the rows the backend would write for this result (contract §4), so the two never
 * disagree: status, the replaced results, cached_score if the column exists. It locks the submission's row, so two
 * gradings, or the backend and we, take turns.
 * @param result as the database can hold it.
 * @param fence asked before every statement and before the commit; if it throws, the transaction rolls back.
 */
export async function recordResult(
  database: Database,
  submissionId: number,
  result: GradingResult,
  {
    mode,
    fence,
    columns,
  }: {
    readonly mode: RecordMode;
    readonly columns: OptionalColumns;
    readonly fence?: AttemptFence | undefined;
  },
): Promise<'recorded' | 'not-permitted' | 'not-found'> {
  return writing(database, mode, submissionId, result, () =>
    database.transaction(
      async (query) => {
        const locked = await lockSubmission(query, submissionId);
        if (locked === undefined) return 'not-found';
        await writeResult(query, { submissionId, ...locked }, result, columns);
        return 'recorded';
      },
      () => fence?.assertCurrent(),
    ),
  );
}

/**
 * @returns what `work` returns, or 'not-permitted' under `auto` if the role may not write.
 * @throws ResultRefusedError if the database can never hold the result, else an error that is worth another attempt
 */
export async function writing<Outcome>(
  database: Database,
  mode: RecordMode,
  submissionId: number,
  result: GradingResult,
  work: () => Promise<Outcome>,
): Promise<Outcome | 'not-permitted' | 'recorded' | 'not-found'> {
  try {
    return await work();
  } catch (error) {
    const state = sqlState(error);
    const lacksRight = state === insufficientPrivilege;
    if (mode === 'auto' && (lacksRight || state === readOnlyTransaction)) return 'not-permitted';
    const unwritten = { status: result.overallStatus, rows: storedResults(result) };
    return afterFailedWrite(database, submissionId, unwritten, lacksRight ? missingRights(error) : error);
  }
}

function missingRights(cause: unknown): Error {
  return new Error(
    'The database role may not write results, and RECORD_RESULT=always demands it. ' +
      'Grant it: grant select, insert, delete on submission_results to ROLE; grant select, update on submissions to ROLE; ' +
      'or set RECORD_RESULT=auto to leave the writing to the backend.',
    { cause },
  );
}

export interface LockedSubmission {
  readonly problemId: number;
  /** Whether the role may lock rows of results. */
  readonly mayMark: boolean;
}

/** Locks the submission until the end of the transaction. @returns undefined if it does not exist. */
export async function lockSubmission(
  query: Database['query'],
  submissionId: number,
): Promise<LockedSubmission | undefined> {
  const [row] = await query<{ problem_id: number; may_mark: boolean }>({
    text: `select problem_id, has_table_privilege('submission_results', 'update') as may_mark
      from submissions where id = $1::bigint for update`,
    values: [submissionId],
  });
  return row && { problemId: row.problem_id, mayMark: row.may_mark };
}

/** Needs a transaction that holds the submission's lock. */
export async function writeResult(
  query: Database['query'],
  { submissionId, problemId, mayMark }: LockedSubmission & { readonly submissionId: number },
  result: GradingResult,
  columns: OptionalColumns,
): Promise<void> {
  await updateSubmission(query, submissionId, problemId, result, columns);
  await replaceResults(query, submissionId, storedResults(result));
  if (mayMark) await markUntold(query, submissionId);
}

/**
 * Tells our rows from the backend's, which writes the same ones when it is told: a row that its own transaction has locked
 * keeps that transaction as xmax, one that was just inserted has none. Nobody who reads the table sees it. `SubmissionList.untold` looks for it.
 */
async function markUntold(query: Database['query'], submissionId: number): Promise<void> {
  await query({
    text: 'select 1 from submission_results where submission_id = $1::bigint order by id limit 1 for key share',
    values: [submissionId],
  });
}

/** The rows stored for a result: one per test or, for the two errors without tests, one without a test. */
function storedResults(result: GradingResult): readonly TestCaseResult[] {
  return keepsTestResults(result.overallStatus)
    ? result.results.filter((test) => test.testCaseId !== null)
    : result.results.map((test) => ({ ...test, testCaseId: null }));
}

async function updateSubmission(
  query: Database['query'],
  submissionId: number,
  problemId: number,
  result: GradingResult,
  columns: OptionalColumns,
): Promise<void> {
  if (!columns.cachedScore) {
    await query({
      text: 'update submissions set status = $2 where id = $1::bigint',
      values: [submissionId, result.overallStatus],
    });
    return;
  }
  const tests = await query<ScoredTest>({
    text: 'select id, coalesce(points, 0) as points from test_cases where problem_id = $1',
    values: [problemId],
  });
  await query({
    text: 'update submissions set status = $2, cached_score = $3 where id = $1::bigint',
    values: [submissionId, result.overallStatus, score(tests, result)],
  });
}

async function replaceResults(
  query: Database['query'],
  submissionId: number,
  results: readonly TestCaseResult[],
): Promise<void> {
  await query({
    text: 'delete from submission_results where submission_id = $1::bigint',
    values: [submissionId],
  });
  const rows = results.map((test) => ({
    test_case_id: test.testCaseId,
    status: test.status,
    execution_time_ms: Math.round(test.executionTimeMs),
    memory_used_kb: Math.round(test.memoryUsedKb),
    output_received: test.outputReceived,
    error_message: test.errorMessage,
  }));
  // Read as the table's own types, which a platform may have widened or made enumerations: no type of ours stands between.
  await query({
    text: `insert into submission_results (submission_id, test_case_id, status, execution_time_ms, memory_used_kb,
        output_received, error_message)
      select $1::bigint, row.test_case_id, row.status, row.execution_time_ms, row.memory_used_kb, row.output_received,
        row.error_message
      from unnest($2::json[]) with ordinality as given(value, place),
        json_populate_record(null::submission_results, given.value) as row
      order by given.place`,
    values: [submissionId, rows.map((row) => JSON.stringify(row))],
  });
}
