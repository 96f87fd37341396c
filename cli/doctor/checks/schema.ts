import type { SchemaReport } from '../../../platform/postgres/schema-report.js';
import { readSchemaReport } from '../../../platform/postgres/schema-report.js';
import type { Check, Finding } from '../check.js';
import { failed, ok, warning } from '../check.js';

export const schema: Check = {
  name: 'schema',
  area: 'PostgreSQL',
  needs: 'database',
  run: async ({ database }) => judgeSchema(await readSchemaReport(database)),
};

export function judgeSchema({ missingTables, missingColumns, missingOptional }: SchemaReport): Finding {
  if (missingTables.length > 0) {
    return failed(
      `there is no table ${missingTables.join(', ')}: DATABASE_URL names another database, or its search_path another schema`,
      'psql "$DATABASE_URL" -c "\\dt *.submissions"',
    );
  }
  if (missingColumns.length > 0) {
    const [table = '', column = ''] = (missingColumns[0] ?? '').split('.');
    return failed(
      `there is no column ${missingColumns.join(', ')}: gradings need it, and the engine never changes a schema`,
      `psql "$DATABASE_URL" -c "\\d ${table}"; bring the backend's migrations up to date, which add ${table}.${column}`,
    );
  }
  const optional = Object.entries(missingOptional);
  if (optional.length > 0) {
    const what = optional.map(([column, follows]) => `no ${column}: ${follows}`).join('; ');
    return warning(
      `an older schema, graded as it is: ${what}`,
      "the backend's migrations, where that is unwanted",
    );
  }
  return ok('all tables and columns are there');
}
