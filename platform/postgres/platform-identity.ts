import type { PlatformIdentity } from '../../domain/grading/platform-identity.js';
import type { Database } from './database.js';
import { sqlState } from './schema-columns.js';

const insufficientPrivilege = '42501';
const undefinedFunction = '42883';

/** Two indexed rows, and no table of the platform: it may not be there yet. @throws the `pg` error. */
export async function readPlatformIdentity(database: Database): Promise<PlatformIdentity> {
  const [row] = await database.query<{ database: string; schema: string | null }>({
    text: `select d.oid::text as database,
        (select n.nspname from pg_class c join pg_namespace n on n.oid = c.relnamespace
          where c.oid = to_regclass('submissions')) as schema
      from pg_database d where d.datname = current_database()`,
  });
  return {
    system: await systemIdentifier(database),
    database: row?.database ?? '',
    schema: row?.schema ?? '',
  };
}

/** Anyone may read it unless an administrator, or a service that only speaks PostgreSQL's protocol, says otherwise. */
async function systemIdentifier(database: Database): Promise<string | undefined> {
  try {
    const [row] = await database.query<{ system: string }>({
      text: 'select system_identifier::text as system from pg_control_system()',
    });
    return row?.system;
  } catch (error) {
    if ([insufficientPrivilege, undefinedFunction].includes(sqlState(error) ?? '')) return undefined;
    throw error;
  }
}
