import type { Database } from './database.js';
import { createColumnReader } from './schema-columns.js';
import type { ListedRow, ListedSubmission } from './submission-list.js';
import { listed, submittedAtMs } from './submission-list.js';

/** What a person looks for; what is not given is any. */
export interface SubmissionFilter {
  readonly status?: string | undefined;
  readonly language?: string | undefined;
  readonly problemId?: number | undefined;
  readonly classId?: number | undefined;
  readonly studentId?: number | undefined;
  readonly since?: Date | undefined;
  readonly until?: Date | undefined;
  /** One of these. */
  readonly ids?: readonly number[] | undefined;
  /** Older than this one: the next page. */
  readonly before?: number | undefined;
}

export interface FoundSubmission extends ListedSubmission {
  readonly problemId: number;
  readonly studentId: number;
}

/** What the platform holds of one submission. */
export interface SubmissionDetails extends FoundSubmission {
  readonly className: string;
  readonly studentName: string;
  readonly gradingMode: string;
  readonly functionSignature: string | null;
  readonly source: string;
  /** Of the source, in characters; it may be cut. */
  readonly sourceLength: number;
  /** Rows that belong to no test, such as a compiler's messages. */
  readonly messages: readonly { readonly status: string; readonly text: string }[];
  readonly tests: readonly TestResult[];
  /** Of the problem; more are not shown. */
  readonly testCount: number;
}

/** A test of the problem, and what came of it. Long texts are cut. */
export interface TestResult {
  readonly testCaseId: number;
  readonly isHidden: boolean;
  readonly points: number;
  readonly input: string;
  readonly expected: string;
  /** Undefined where there is no result. */
  readonly status: string | undefined;
  readonly timeMs: number | null;
  readonly memoryKb: number | null;
  readonly output: string | null;
  readonly message: string | null;
}

/** A page is to stay readable, and small, whatever students print. */
export const shownCharacters = 20_000;
export const shownTests = 200;

export interface SubmissionSearch {
  /** A page of them, latest first. */
  find(filter: SubmissionFilter, atMost: number): Promise<readonly FoundSubmission[]>;
  details(submissionId: number): Promise<SubmissionDetails | undefined>;
}

/** For the console's pages. Read-only. */
export function createSubmissionSearch(database: Database): SubmissionSearch {
  const columnReader = createColumnReader(database);
  return {
    find: (filter, atMost) =>
      columnReader.using(async ({ cachedScore }) => {
        const { conditions, values } = where(filter);
        const rows = await database.query<Row>({
          text: `select ${columns(cachedScore)} from submissions s join problems p on p.id = s.problem_id
            ${conditions} order by s.id desc limit $${values.length + 1}`,
          values: [...values, atMost],
        });
        return rows.map(found);
      }),
    details: (submissionId) =>
      columnReader.using(({ cachedScore }) => details(database, submissionId, cachedScore)),
  };
}

function columns(hasScore: boolean): string {
  return `s.id, s.status, ${hasScore ? 's.cached_score' : 'null::int'} as score,
    ${submittedAtMs} as submitted_at_ms, s.language, coalesce(s.is_test, false) as is_test,
    s.problem_id, s.student_id, p.title, p.class_id`;
}

function where(filter: SubmissionFilter): { conditions: string; values: readonly unknown[] } {
  const all: readonly [string, unknown][] = [
    [`coalesce(s.status, 'Pending') =`, filter.status],
    ['s.language =', filter.language],
    ['s.problem_id =', filter.problemId],
    ['p.class_id =', filter.classId],
    ['s.student_id =', filter.studentId],
    [`s.submitted_at at time zone 'utc' >=`, filter.since?.toISOString()],
    [`s.submitted_at at time zone 'utc' <=`, filter.until?.toISOString()],
    ['s.id <', filter.before],
    ['s.id = any', filter.ids],
  ];
  const given = all.filter(([, value]) => value !== undefined);
  const conditions = given.map(([condition], index) => `${condition} ($${index + 1})`).join(' and ');
  return {
    conditions: given.length === 0 ? '' : `where ${conditions}`,
    values: given.map(([, value]) => value),
  };
}

async function details(
  database: Database,
  submissionId: number,
  hasScore: boolean,
): Promise<SubmissionDetails | undefined> {
  const [rows, tests, messages] = await Promise.all([
    database.query<DetailRow>({
      text: `select ${columns(hasScore)}, left(s.source_code, ${shownCharacters}) as source, length(s.source_code) as source_length,
          coalesce(p.grading_mode, 'stdio') as grading_mode, p.function_signature,
          (select count(*)::int from test_cases t where t.problem_id = p.id) as test_count,
          (select c.name from classes c where c.id = p.class_id) as class_name,
          (select u.full_name from users u where u.id = s.student_id) as student_name
        from submissions s join problems p on p.id = s.problem_id where s.id = $1::bigint`,
      values: [submissionId],
    }),
    database.query<TestRow>({
      text: `select t.id, coalesce(t.is_hidden, false) as is_hidden, coalesce(t.points, 0) as points,
          left(coalesce(t.input_data, ''), ${shownCharacters}) as input,
          left(coalesce(t.expected_output, ''), ${shownCharacters}) as expected,
          r.status, r.execution_time_ms, r.memory_used_kb, left(r.output_received, ${shownCharacters}) as output,
          left(r.error_message, ${shownCharacters}) as message
        from submissions s join test_cases t on t.problem_id = s.problem_id
          left join lateral (select * from submission_results r
            where r.submission_id = s.id and r.test_case_id = t.id order by r.id desc limit 1) r on true
        where s.id = $1::bigint order by t.id limit ${shownTests}`,
      values: [submissionId],
    }),
    database.query<{ status: string; text: string | null }>({
      text: `select r.status, left(r.error_message, ${shownCharacters}) as text from submission_results r
        where r.submission_id = $1::bigint and r.test_case_id is null order by r.id limit 20`,
      values: [submissionId],
    }),
  ]);
  const [row] = rows;
  if (row === undefined) return undefined;
  return {
    ...found(row),
    className: row.class_name ?? '',
    studentName: row.student_name ?? '',
    gradingMode: row.grading_mode,
    functionSignature: row.function_signature,
    source: row.source,
    sourceLength: row.source_length,
    testCount: row.test_count,
    messages: messages.map(({ status, text }) => ({ status, text: text ?? '' })),
    tests: tests.map((test) => ({
      testCaseId: test.id,
      isHidden: test.is_hidden,
      points: test.points,
      input: test.input,
      expected: test.expected,
      status: test.status ?? undefined,
      timeMs: test.execution_time_ms,
      memoryKb: test.memory_used_kb,
      output: test.output,
      message: test.message,
    })),
  };
}

function found(row: Row): FoundSubmission {
  return { ...listed(row), problemId: row.problem_id, studentId: row.student_id };
}

interface Row extends ListedRow {
  problem_id: number;
  student_id: number;
}

interface DetailRow extends Row {
  source: string;
  source_length: number;
  grading_mode: string;
  function_signature: string | null;
  test_count: number;
  class_name: string | null;
  student_name: string | null;
}

interface TestRow {
  id: number;
  is_hidden: boolean;
  points: number;
  input: string;
  expected: string;
  status: string | null;
  execution_time_ms: number | null;
  memory_used_kb: number | null;
  output: string | null;
  message: string | null;
}
