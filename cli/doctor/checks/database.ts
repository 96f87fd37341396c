import type { Check } from '../check.js';
import { failed, failedBy, ok } from '../check.js';

/** The oldest supported version (contract §3). */
const oldestVersion = 130_000;

export const database: Check = {
  name: 'database',
  area: 'PostgreSQL',
  async run({ database: server, settings }) {
    try {
      const [row] = await server.query<{ version: string; number: number }>({
        text: `select current_setting('server_version') as version, current_setting('server_version_num')::int as number`,
      });
      const seen = `PostgreSQL ${row?.version ?? '?'} at ${settings.databaseUrl.toString()}`;
      if ((row?.number ?? 0) >= oldestVersion) return ok(seen);
      return failed(`${seen}; 13 or newer is needed`, 'pg_upgrade, or another server in DATABASE_URL');
    } catch (error) {
      return failedBy(error, 'psql "$DATABASE_URL" -c "select 1"');
    }
  },
};
