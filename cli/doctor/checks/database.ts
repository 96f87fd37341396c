import type { Check } from '../check.js';
import { failed, failedBy, ok, warning } from '../check.js';

/** Those that hold every character; SQL_ASCII looks at none. */
const completeEncodings: readonly string[] = ['UTF8', 'SQL_ASCII'];

/** The oldest supported version (contract §3). */
const oldestVersion = 130_000;

export const database: Check = {
  name: 'database',
  area: 'PostgreSQL',
  async run({ database: server, settings }) {
    try {
      const [row] = await server.query<{ version: string; number: number; encoding: string }>({
        text: `select current_setting('server_version') as version, current_setting('server_version_num')::int as number,
          current_setting('server_encoding') as encoding`,
      });
      const seen = `PostgreSQL ${row?.version ?? '?'} at ${settings.databaseUrl.toString()}`;
      if ((row?.number ?? 0) < oldestVersion) {
        return failed(`${seen}; 13 or newer is needed`, 'pg_upgrade, or another server in DATABASE_URL');
      }
      const encoding = row?.encoding ?? '?';
      if (completeEncodings.includes(encoding)) return ok(seen);
      return warning(
        `${seen}; its encoding is ${encoding}: of what students print, any other character is stored as a question mark`,
        'pg_dump; createdb --encoding=UTF8 --template=template0 NAME; pg_restore into it',
      );
    } catch (error) {
      return failedBy(error, 'psql "$DATABASE_URL" -c "select 1"');
    }
  },
};
