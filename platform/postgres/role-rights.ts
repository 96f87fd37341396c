import type { Database } from './database.js';

/** What the role of DATABASE_URL may do. */
export interface RoleRights {
  readonly role: string;
  /** Tables that gradings need and this role may not read. */
  readonly unreadable: readonly string[];
  /** Writes that recording needs and this role may not do, such as `update submissions`. */
  readonly unwritable: readonly string[];
  /** Tables of which policies may hide rows from it (row security). */
  readonly hidden: readonly string[];
  /** A standby, or a role whose transactions are read-only by default. */
  readonly isReadOnly: boolean;
}

const reads = ['submissions', 'problems', 'test_cases', 'submission_results'];
const writes: readonly (readonly [table: string, right: string])[] = [
  ['submissions', 'update'],
  ['submission_results', 'insert'],
  ['submission_results', 'delete'],
];

/** @throws the database's error when one of the tables is missing. */
export async function readRoleRights(database: Database): Promise<RoleRights> {
  const asked = [...reads.map((table) => [table, 'select'] as const), ...writes];
  const rows = await database.query<{ table_name: string; right_name: string; may: boolean; hides: boolean }>(
    {
      text: `select t.table_name, t.right_name, has_table_privilege(t.table_name, t.right_name) as may,
        row_security_active(t.table_name) as hides
      from unnest($1::text[], $2::text[]) as t(table_name, right_name)`,
      values: [asked.map(([table]) => table), asked.map(([, right]) => right)],
    },
  );
  const [role] = await database.query<{ name: string; read_only: boolean; sequence: boolean | null }>({
    text: `select current_user as name,
        current_setting('transaction_read_only') = 'on' or pg_is_in_recovery() as read_only,
        has_sequence_privilege(pg_get_serial_sequence('submission_results', 'id'), 'usage') as sequence`,
  });
  const denied = rows.filter((row) => !row.may);
  return {
    role: role?.name ?? '',
    unreadable: denied.filter((row) => row.right_name === 'select').map((row) => row.table_name),
    unwritable: [
      ...denied
        .filter((row) => row.right_name !== 'select')
        .map((row) => `${row.right_name} ${row.table_name}`),
      ...(role?.sequence === false ? ['usage of the sequence of submission_results.id'] : []),
    ],
    hidden: rows.filter((row) => row.hides && row.right_name === 'select').map((row) => row.table_name),
    isReadOnly: role?.read_only ?? false,
  };
}
