import type { Database } from '../platform/postgres/database.js';
import type { ProblemBody, SubmissionBody } from './bodies.js';

export function createProblem(
  database: Database,
  problem: ProblemBody,
): Promise<{ problem_id: number; test_case_ids: number[] }> {
  return database.transaction(async (query) => {
    const [row] = await query<{ id: number }>({
      text: `insert into problems (class_id, title, grading_mode, function_signature, function_name, time_limit_ms,
          memory_limit_kb, language_limits)
        values (coalesce($1::int, (select min(id) from classes)), $2, $3, $4, $5, $6, $7, $8::jsonb) returning id`,
      values: [
        problem.class_id ?? null,
        problem.title,
        problem.grading_mode,
        problem.function_signature,
        problem.function_name,
        problem.time_limit_ms,
        problem.memory_limit_kb,
        problem.language_limits === null ? null : JSON.stringify(problem.language_limits),
      ],
    });
    const problemId = row?.id ?? 0;
    const tests = await query<{ id: number }>({
      text: `insert into test_cases (problem_id, input_data, expected_output, is_hidden, points)
        select $1::int, t.input_data, t.expected_output, t.is_hidden, t.points
        from jsonb_to_recordset($2::jsonb)
          as t(place int, input_data text, expected_output text, is_hidden boolean, points int)
        order by t.place returning id`,
      values: [problemId, JSON.stringify(problem.test_cases.map((test, place) => ({ ...test, place })))],
    });
    return { problem_id: problemId, test_case_ids: tests.map((test) => test.id) };
  });
}

/** The problems as GET /problems lists them. */
export function listProblems(database: Database): Promise<object[]> {
  return database.query({
    text: `select p.id, p.title, (select count(*)::int from test_cases t where t.problem_id = p.id) as tests
      from problems p order by p.id`,
  });
}

/** A problem as GET /problems/:id shows it to its teacher, with its tests in the order of their grading. */
export async function readProblem(database: Database, problemId: number): Promise<object | undefined> {
  const [row] = await database.query<object>({
    text: `select p.id, p.title, p.grading_mode, coalesce((
        select json_agg(json_build_object('id', t.id, 'input_data', t.input_data,
          'expected_output', t.expected_output, 'is_hidden', t.is_hidden, 'points', t.points) order by t.id)
        from test_cases t where t.problem_id = p.id), '[]') as test_cases
      from problems p where p.id = $1::bigint`,
    values: [problemId],
  });
  return row;
}

export async function createSubmission(database: Database, submission: SubmissionBody): Promise<number> {
  const [row] = await database.query<{ id: number }>({
    text: `insert into submissions (problem_id, student_id, source_code, language, is_test)
      values ($1, coalesce($2::int, (select min(u.id) from users u join roles r on r.id = u.role_id where r.name = 'student')),
        $3, $4, $5) returning id`,
    values: [
      submission.problem_id,
      submission.student_id ?? null,
      submission.source_code,
      submission.language,
      submission.is_test,
    ],
  });
  return row?.id ?? 0;
}

export async function submissionExists(database: Database, submissionId: number): Promise<boolean> {
  const rows = await database.query({
    text: 'select 1 from submissions where id = $1::bigint',
    values: [submissionId],
  });
  return rows.length === 1;
}

/** The submission as GET /submissions/:id shows it, with its results in the order of the tests. */
export async function readSubmission(database: Database, submissionId: number): Promise<object | undefined> {
  const [row] = await database.query<object>({
    text: `select s.id, s.problem_id, s.student_id, s.language, s.status, s.is_test, s.submitted_at,
        s.cached_score as score, coalesce((
          select json_agg(json_build_object('test_case_id', r.test_case_id, 'status', r.status,
            'execution_time_ms', r.execution_time_ms, 'memory_used_kb', r.memory_used_kb,
            'output_received', r.output_received, 'error_message', r.error_message) order by r.test_case_id, r.id)
          from submission_results r where r.submission_id = s.id), '[]') as results
      from submissions s where s.id = $1::bigint`,
    values: [submissionId],
  });
  return row;
}
