import type { Database } from '../platform/postgres/database.js';
import type { ResultBody } from './bodies.js';

/**
 * What the platform's backend does with a result, in one transaction (contract §4). Written apart from the engine's
 * own recording, so that the tests compare two readings of the contract: the score is made in SQL, whose `round` of
 * a double goes to the even neighbour as Python's does.
 * @returns false when there is no such submission.
 * @throws the error of `pg` when a value cannot be stored.
 */
export function storeVerdict(database: Database, submissionId: number, body: ResultBody): Promise<boolean> {
  return database.transaction(async (query) => {
    const updated = await query({
      text: 'update submissions set status = $2 where id = $1::bigint returning id',
      values: [submissionId, body.overall_status],
    });
    if (updated.length === 0) return false;
    await query({ text: 'delete from submission_results where submission_id = $1', values: [submissionId] });
    const isWithoutTests = ['Compile Error', 'System Error'].includes(body.overall_status);
    for (const result of body.results) {
      if (!isWithoutTests && (result.test_case_id ?? null) === null) continue;
      await query({
        text: `insert into submission_results (submission_id, test_case_id, status, execution_time_ms, memory_used_kb,
          output_received, error_message) values ($1, $2, $3, $4, $5, $6, $7)`,
        values: [
          submissionId,
          isWithoutTests ? null : result.test_case_id,
          result.status,
          result.execution_time_ms ?? null,
          result.memory_used_kb ?? null,
          result.output_received ?? null,
          result.error_message ?? null,
        ],
      });
    }
    await query({ text: scoreStatement, values: [submissionId, isWithoutTests] });
    return true;
  });
}

const scoreStatement = `
  update submissions s set cached_score = case when $2 then 0 else coalesce((
    select round(100::float8 * sum(t.points) filter (where exists (
        select from submission_results r
        where r.submission_id = s.id and r.test_case_id = t.id and r.status = 'Accepted'
      )) / nullif(sum(t.points), 0))
    from test_cases t where t.problem_id = s.problem_id), 0) end
  where s.id = $1`;
