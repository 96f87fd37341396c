import type { StoredResult } from '../../domain/grading/stored-result.js';
import { score } from '../../domain/judging/scoring.js';
import type { Verdict } from '../../domain/judging/status.js';
import type { Database } from './database.js';
import type { OptionalColumns } from './schema-columns.js';

/**
 * A fingerprint of what the platform shows for a submission, sixteen hexadecimal digits over its status and every row
 * of its results, texts included. Writing the same result again (record, then notify) keeps it; any other result
 * changes it.
 */
const fingerprintExpression = `left(encode(sha256(convert_to(concat_ws('|', s.status, (
    select string_agg(concat_ws(',', coalesce(r.test_case_id::text, '-'), r.status,
        coalesce(r.execution_time_ms::text, '-'), coalesce(r.memory_used_kb::text, '-'),
        encode(sha256(convert_to(coalesce(r.output_received, ''), 'UTF8')), 'hex'),
        encode(sha256(convert_to(coalesce(r.error_message, ''), 'UTF8')), 'hex')), ';' order by r.test_case_id, r.id)
    from submission_results r where r.submission_id = s.id)), 'UTF8')), 'hex'), 16)`;

/** Ordered by id, without deleted submissions. No text leaves the database. */
export async function loadStoredResults(
  database: Database,
  submissionIds: readonly number[],
  columns: OptionalColumns,
): Promise<StoredResult[]> {
  const rows = await database.query<StoredRow>({
    text: `select s.id, p.class_id, coalesce(s.status, 'Pending') as status,
        ${columns.cachedScore ? 'coalesce(s.cached_score, 0)' : 'null::int'} as score,
        ${columns.cachedScore ? "'[]'::json" : pointsExpression} as points,
        coalesce((select json_agg(json_build_array(r.test_case_id, r.status, r.execution_time_ms, r.memory_used_kb) order by r.test_case_id, r.id)
          from submission_results r where r.submission_id = s.id), '[]') as tests,
        ${fingerprintExpression} as fingerprint
      from submissions s join problems p on p.id = s.problem_id
      where s.id = any($1::bigint[]) order by s.id`,
    values: [submissionIds],
  });
  return rows.map(storedResultFromRow);
}

/** The current fingerprint, within a transaction. */
export async function readFingerprint(query: Database['query'], submissionId: number): Promise<string> {
  const [row] = await query<{ fingerprint: string }>({
    text: `select ${fingerprintExpression} as fingerprint from submissions s where s.id = $1::bigint`,
    values: [submissionId],
  });
  return row?.fingerprint ?? '';
}

const pointsExpression = `coalesce((select json_agg(json_build_array(t.id, coalesce(t.points, 0)))
  from test_cases t where t.problem_id = s.problem_id), '[]')`;

interface StoredRow {
  readonly id: number;
  readonly class_id: number;
  readonly status: string;
  readonly score: number | null;
  readonly points: readonly [number, number][];
  readonly tests: readonly [number | null, string, number | null, number | null][];
  readonly fingerprint: string;
}

function storedResultFromRow(row: StoredRow): StoredResult {
  return {
    submissionId: row.id,
    classId: row.class_id,
    status: row.status,
    score: row.score ?? scoreOf(row),
    tests: row.tests.map(([id, status, timeMs, memoryKb]) => ({ id, status, timeMs, memoryKb })),
    fingerprint: row.fingerprint,
  };
}

/** Older deployments lack it (contract §3). */
function scoreOf({ status, points, tests }: StoredRow): number {
  return score(
    points.map(([id, worth]) => ({ id, points: worth })),
    {
      overallStatus: status as Verdict,
      results: tests.map(([testCaseId, testStatus]) => ({ testCaseId, status: testStatus as Verdict })),
    },
  );
}
