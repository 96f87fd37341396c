import pg from 'pg';
import { passingSqlStates } from '../../passing-sql-states.js';
import { connectWithinMs } from '../facts.js';
import type { FaultKind, Mend, World } from '../fault.js';

type Query = (text: string) => Promise<unknown>;

const lockable: readonly [string, ...string[]] = [
  'submissions',
  'submission_results',
  'test_cases',
  'problems',
];
const revocable: readonly [string, ...string[]] = [
  'insert on submission_results',
  'update on submissions',
  'select on test_cases',
  'select on submissions',
];

export const databaseFaults: readonly FaultKind[] = [
  {
    ...database('a write is refused', [3_000, 20_000]),
    hows: passingSqlStates,
    // The backend's writes too: it is the same table.
    inject: (world, code) =>
      changing(
        world,
        [
          `create or replace function chaos_refuse() returns trigger language plpgsql as
             $$ begin raise exception 'refused by the chaos suite' using errcode = '${code}'; end $$`,
          'create trigger chaos_refuse before insert on submission_results for each row execute function chaos_refuse()',
        ],
        ['drop trigger if exists chaos_refuse on submission_results'],
      ),
  },
  {
    ...database('no connection is left (53300)', [3_000, 15_000]),
    inject: (world) =>
      changing(
        world,
        [
          `alter role ${world.databaseRole} connection limit 0`,
          `select pg_terminate_backend(pid) from pg_stat_activity where usename = '${world.databaseRole}'`,
        ],
        [`alter role ${world.databaseRole} connection limit -1`],
      ),
  },
  {
    ...database('rights are revoked', [3_000, 20_000]),
    hows: revocable,
    inject: (world, right) =>
      changing(
        world,
        [`revoke ${right} from ${world.databaseRole}`],
        [`grant ${right} to ${world.databaseRole}`],
      ),
  },
  {
    ...database('a sequence is behind its table', [3_000, 15_000]),
    inject: (world) =>
      changing(
        world,
        // As after a restore: the numbers that come next are taken.
        [
          `select setval('submission_results_id_seq', coalesce((select min(id) from submission_results), 1), false)`,
        ],
        [
          `select setval('submission_results_id_seq', coalesce((select max(id) from submission_results), 0) + 1000, false)`,
        ],
      ),
  },
  {
    ...database('a table is locked', [3_000, 25_000]),
    hows: lockable,
    inject: (world, table) => locking(world, `lock table ${table} in access exclusive mode`),
  },
  {
    ...database('rows are locked', [3_000, 25_000]),
    inject: (world) => locking(world, 'select 1 from submissions for update'),
  },
];

function database(kind: string, lastsMs: readonly [number, number]) {
  return { kind: `database: ${kind}`, family: 'database', target: 'postgres', lastsMs } as const;
}

async function changing({ places }: World, harm: readonly string[], heal: readonly string[]): Promise<Mend> {
  const run = async (texts: readonly string[]): Promise<void> => {
    const { query, end } = await connect(places.databaseUrl);
    try {
      for (const text of texts) await query(text);
    } finally {
      await end();
    }
  };
  await run(harm);
  return () => run(heal);
}

async function locking({ places }: World, text: string): Promise<Mend> {
  const { query, end } = await connect(places.databaseUrl);
  await query('begin');
  await query(text);
  // The end of the session ends the transaction.
  return end;
}

async function connect(url: string): Promise<{ query: Query; end: () => Promise<void> }> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: connectWithinMs });
  client.on('error', () => undefined);
  await client.connect();
  return { query: (text) => client.query(text), end: () => client.end() };
}
