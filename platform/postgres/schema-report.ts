import type { Database } from './database.js';

/** What the engine reads and writes (contract §3). Without one of these, no grading is possible. */
const neededColumns: Readonly<Record<string, readonly string[]>> = {
  submissions: ['id', 'problem_id', 'source_code', 'language', 'status', 'is_test', 'submitted_at'],
  problems: [
    'id',
    'class_id',
    'title',
    'grading_mode',
    'function_signature',
    'time_limit_ms',
    'memory_limit_kb',
  ],
  test_cases: ['id', 'problem_id', 'input_data', 'expected_output', 'points'],
  submission_results: [
    'submission_id',
    'test_case_id',
    'status',
    'execution_time_ms',
    'memory_used_kb',
    'output_received',
    'error_message',
  ],
};

/** Column that older deployments lack → consequence. */
const optionalColumns: Readonly<Record<string, string>> = {
  'problems.language_limits': 'every language has the limits of the problem',
  'problems.function_name': "the function's name is read from its signature",
  'submissions.cached_score': 'no score is written',
};

export interface SchemaReport {
  readonly missingTables: readonly string[];
  /** `table.column`, for existing tables. */
  readonly missingColumns: readonly string[];
  /** `table.column` → consequence. */
  readonly missingOptional: Readonly<Record<string, string>>;
}

export async function readSchemaReport(database: Database): Promise<SchemaReport> {
  // Not information_schema: it hides what the role may not use, and rights are another check.
  const rows = await database.query<{ relname: string; attname: string }>({
    text: `select c.relname, a.attname from pg_class c
        join pg_namespace n on n.oid = c.relnamespace
        join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      where n.nspname = any(current_schemas(false)) and c.relname = any($1)`,
    values: [Object.keys(neededColumns)],
  });
  const tables = new Set(rows.map((row) => row.relname));
  const columns = new Set(rows.map((row) => `${row.relname}.${row.attname}`));
  return {
    missingTables: Object.keys(neededColumns).filter((table) => !tables.has(table)),
    missingColumns: Object.entries(neededColumns)
      .filter(([table]) => tables.has(table))
      .flatMap(([table, names]) => names.map((name) => `${table}.${name}`))
      .filter((column) => !columns.has(column)),
    missingOptional: Object.fromEntries(
      Object.entries(optionalColumns).filter(
        ([column]) => !columns.has(column) && tables.has(column.split('.')[0] ?? ''),
      ),
    ),
  };
}
