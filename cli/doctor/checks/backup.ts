import type { Check } from '../check.js';
import { ok, warning } from '../check.js';

const recentMs = 24 * 3_600_000;

/** A dump leaves no trace in the server; it knows only its archive of write-ahead logs and its standbys. */
export const backup: Check = {
  name: 'backup',
  area: 'PostgreSQL',
  needs: 'database',
  async run({ database }) {
    const [row] = await database.query<{ archived_at: Date | null; standbys: number }>({
      text: `select (select last_archived_time from pg_stat_archiver) as archived_at,
          (select count(*)::int from pg_stat_replication) as standbys`,
    });
    const archivedAt = row?.archived_at ?? undefined;
    if (archivedAt !== undefined && Date.now() - archivedAt.getTime() < recentMs) {
      return ok(`write-ahead logs are archived, last at ${archivedAt.toISOString()}`);
    }
    const standbys = row?.standbys ?? 0;
    return warning(
      `no archive of write-ahead logs of the last day, ${standbys} standby server(s); dumps cannot be seen from here: have one before you migrate`,
      'pg_dump --format=custom --file=code_grader.dump "$DATABASE_URL"',
    );
  },
};
