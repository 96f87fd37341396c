import type { Check } from '../check.js';
import { ok, warning } from '../check.js';

const recentMs = 24 * 3_600_000;

/** A dump leaves no trace in the server; it knows only its archive of write-ahead logs and its standbys. */
export const backup: Check = {
  name: 'backup',
  area: 'PostgreSQL',
  needs: 'database',
  async run({ database }) {
    const [row] = await database.query<{ archived_at_ms: number | null; standbys: number }>({
      text: `select (select extract(epoch from last_archived_time) * 1000 from pg_stat_archiver)::float8 as archived_at_ms,
          (select count(*)::int from pg_stat_replication) as standbys`,
    });
    const archivedAtMs = row?.archived_at_ms ?? undefined;
    if (archivedAtMs !== undefined && Date.now() - archivedAtMs < recentMs) {
      return ok(`write-ahead logs are archived, last at ${new Date(archivedAtMs).toISOString()}`);
    }
    const standbys = row?.standbys ?? 0;
    return warning(
      `no archive of write-ahead logs of the last day, ${standbys} standby server(s); dumps cannot be seen from here: have one before you migrate`,
      'pg_dump --format=custom --file=code_grader.dump "$DATABASE_URL"',
    );
  },
};
