import type {
  LoadedSubmission,
  SubmissionStore,
  TestCaseData,
  TestInput,
} from '../../activities/dependencies.js';
import type { Database } from './database.js';
import { languageLimitsFrom } from './language-limits.js';
import type { RecordMode } from './record-result.js';
import { recordResult } from './record-result.js';
import type { OptionalColumns } from './schema-columns.js';
import { createColumnReader } from './schema-columns.js';
import { createStorableCharacters } from './storable-characters.js';

/** What the start of a grading needs: its priority and a title for the web UI. */
export interface SubmissionHeader {
  readonly classId: number;
  readonly isTest: boolean;
  readonly problemTitle: string;
  readonly language: string;
}

export interface PostgresSubmissionStore extends SubmissionStore {
  /** Reads one indexed row; undefined if there is no such submission. */
  findHeader(submissionId: number): Promise<SubmissionHeader | undefined>;
}

/**
 * The platform's tables (contract §3), read as they are and never migrated. Every method throws the `pg` error when
 * the database is in trouble: that is ours, and worth a retry.
 */
export function createSubmissionStore(
  database: Database,
  options: { readonly recordResult: RecordMode },
): PostgresSubmissionStore {
  const columnReader = createColumnReader(database);
  const characters = createStorableCharacters(database);
  return {
    findHeader: (submissionId) => findHeader(database, submissionId),
    loadPlan: (submissionId) => columnReader.using((columns) => loadPlan(database, submissionId, columns)),
    asStored: (result) => characters.asStoredIfKnown(result),
    loadSource: (submissionId) => loadSource(database, submissionId),
    loadTestCase: (testCaseId) => loadTestCase(database, testCaseId),
    loadTestInputs: (testCaseIds) => loadTestInputs(database, testCaseIds),
    recordResult: (submissionId, result, fence) =>
      options.recordResult === 'never'
        ? Promise.resolve('not-permitted')
        : columnReader.using(async (columns) =>
            recordResult(database, submissionId, await characters.asStored(result), {
              mode: options.recordResult,
              columns,
              fence,
            }),
          ),
  };
}

async function findHeader(database: Database, submissionId: number): Promise<SubmissionHeader | undefined> {
  const [row] = await database.query<HeaderRow>({
    text: `select p.class_id, p.title, s.language, coalesce(s.is_test, false) as is_test
      from submissions s join problems p on p.id = s.problem_id where s.id = $1::bigint`,
    values: [submissionId],
  });
  return (
    row && { classId: row.class_id, isTest: row.is_test, problemTitle: row.title, language: row.language }
  );
}

async function loadPlan(
  database: Database,
  submissionId: number,
  columns: OptionalColumns,
): Promise<LoadedSubmission | undefined> {
  const [row] = await database.query<PlanRow>({
    text: `select s.id, s.problem_id, s.language, coalesce(s.is_test, false) as is_test,
        p.title, p.class_id, coalesce(p.grading_mode, 'stdio') as grading_mode, p.function_signature,
        p.time_limit_ms, p.memory_limit_kb,
        ${columns.languageLimits ? 'p.language_limits' : 'null'} as language_limits,
        array(select t.id from test_cases t where t.problem_id = p.id order by t.id) as test_case_ids,
        array(select coalesce(t.points, 0) from test_cases t where t.problem_id = p.id order by t.id) as test_case_points,
        array(select coalesce(octet_length(t.input_data), 0) from test_cases t
          where t.problem_id = p.id order by t.id) as test_input_bytes,
        array(select coalesce(octet_length(t.expected_output), 0) from test_cases t
          where t.problem_id = p.id order by t.id) as expected_output_bytes,
        (select md5(string_agg(t.id || ':' || ${columns.testVersions ? 't.xmin::text' : contentOfTest}, ',' order by t.id)) from test_cases t
          where t.problem_id = p.id) as test_data_version,
        md5(s.source_code) as source_version
      from submissions s join problems p on p.id = s.problem_id where s.id = $1::bigint`,
    values: [submissionId],
  });
  return row && planFromRow(row);
}

/** Where rows do not tell who wrote them, their contents tell whether they are the same. */
const contentOfTest = `md5(coalesce(t.input_data, '')) || md5(coalesce(t.expected_output, '')) || coalesce(t.points, 0)`;

function planFromRow(row: PlanRow): LoadedSubmission {
  return {
    submissionId: row.id,
    problemId: row.problem_id,
    problemTitle: row.title,
    classId: row.class_id,
    language: row.language,
    gradingMode: row.grading_mode,
    functionSignature: row.function_signature,
    isTest: row.is_test,
    timeLimitMs: row.time_limit_ms,
    memoryLimitKb: row.memory_limit_kb,
    languageLimits: languageLimitsFrom(row.language_limits),
    testCaseIds: row.test_case_ids,
    testCasePoints: row.test_case_points,
    testInputBytes: row.test_input_bytes,
    expectedOutputBytes: row.expected_output_bytes,
    ...(row.test_data_version === null ? {} : { testDataVersion: row.test_data_version }),
    sourceVersion: row.source_version,
  };
}

async function loadSource(database: Database, submissionId: number): Promise<string | undefined> {
  const [row] = await database.query<{ source_code: string }>({
    text: 'select source_code from submissions where id = $1::bigint',
    values: [submissionId],
  });
  return row?.source_code;
}

async function loadTestCase(database: Database, testCaseId: number): Promise<TestCaseData | undefined> {
  const [row] = await database.query<{
    id: number;
    input_data: string;
    expected_output: string;
    function_signature: string | null;
  }>({
    text: `select t.id, coalesce(t.input_data, '') as input_data, coalesce(t.expected_output, '') as expected_output,
        p.function_signature
      from test_cases t left join problems p on p.id = t.problem_id where t.id = $1::bigint`,
    values: [testCaseId],
  });
  return (
    row && {
      id: row.id,
      input: row.input_data,
      expectedOutput: row.expected_output,
      functionSignature: row.function_signature,
    }
  );
}

function loadTestInputs(database: Database, testCaseIds: readonly number[]): Promise<TestInput[]> {
  return database.query<TestInput>({
    text: `select id, coalesce(input_data, '') as input from test_cases where id = any($1::bigint[])`,
    values: [testCaseIds],
  });
}

interface HeaderRow {
  class_id: number;
  title: string;
  language: string;
  is_test: boolean;
}

interface PlanRow extends HeaderRow {
  id: number;
  problem_id: number;
  grading_mode: string;
  function_signature: string | null;
  time_limit_ms: number | null;
  memory_limit_kb: number | null;
  language_limits: unknown;
  test_case_ids: number[];
  test_case_points: number[];
  /** Of the stored values alone: the server does not unpack them for it. */
  test_input_bytes: number[];
  expected_output_bytes: number[];
  /** Made of the transactions that last wrote each row where these are known: cheap, and no test data is read for it. */
  test_data_version: string | null;
  source_version: string;
}
