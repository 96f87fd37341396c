import { errorCode } from '../../domain/errors/error-code.js';
import type { Database } from './database.js';

/** Columns that older deployments lack (contract §3). */
export interface OptionalColumns {
  readonly languageLimits: boolean;
  readonly functionName: boolean;
  readonly cachedScore: boolean;
  /** Rows of tests tell which transaction wrote them: those of a view or a foreign table do not. */
  readonly testVersions: boolean;
  /** The same of the rows of results. */
  readonly resultMarks: boolean;
}

export interface ColumnReader {
  columns(): Promise<OptionalColumns>;
  /** Runs `work` with the known columns; if one turns out to be missing, looks again and runs it once more. */
  using<Result>(work: (columns: OptionalColumns) => Promise<Result>): Promise<Result>;
}

const undefinedColumn = '42703';

/** Which optional columns exist: read once per process, and again when a statement misses one. */
export function createColumnReader(database: Database): ColumnReader {
  let known: Promise<OptionalColumns> | undefined;
  const columns = (): Promise<OptionalColumns> => {
    known ??= readColumns(database).catch((error: unknown) => {
      known = undefined;
      throw error;
    });
    return known;
  };
  return {
    columns,
    async using(work) {
      try {
        return await work(await columns());
      } catch (error) {
        if (!missesColumn(error)) throw error;
        known = undefined;
        return work(await columns());
      }
    },
  };
}

/** Also where what failed was told in other words, as a write is. */
function missesColumn(error: unknown): boolean {
  if (sqlState(error) === undefinedColumn) return true;
  return error instanceof Error && error.cause !== undefined && missesColumn(error.cause);
}

/** The five-character SQLSTATE of a PostgreSQL error, undefined for any other error. */
export function sqlState(error: unknown): string | undefined {
  const code = errorCode(error);
  return typeof code === 'string' && code.length === 5 ? code : undefined;
}

async function readColumns(database: Database): Promise<OptionalColumns> {
  const rows = await database.query<{ table_name: string; column_name: string }>({
    text: `select table_name, column_name from information_schema.columns
        where table_schema = any(current_schemas(false)) and table_name in ('problems', 'submissions')
      union all select relname, 'xmin' from pg_class
        where oid in (to_regclass('test_cases'), to_regclass('submission_results')) and relkind in ('r', 'p', 'm')`,
  });
  const has = (table: string, column: string): boolean =>
    rows.some((row) => row.table_name === table && row.column_name === column);
  return {
    languageLimits: has('problems', 'language_limits'),
    functionName: has('problems', 'function_name'),
    cachedScore: has('submissions', 'cached_score'),
    testVersions: has('test_cases', 'xmin'),
    resultMarks: has('submission_results', 'xmin'),
  };
}
