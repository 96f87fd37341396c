import type { ClientConfig, Pool, PoolClient } from 'pg';
import pg from 'pg';
import type { Logger } from '../process/logger.js';
import type { Secret } from '../settings/secret.js';
import { cancelStatement } from './cancel-statement.js';
import { connectionAttempts } from './connection-options.js';
import { cannotConnect, isStatementTimeout, isWithoutTls, tellUnreachable } from './database-unreachable.js';
import { EndingClient } from './ending-client.js';
import { isCurrentStandby } from './standby.js';

export interface DatabaseOptions {
  readonly url: Secret;
  /** Shown in pg_stat_activity. */
  readonly applicationName: string;
  readonly log: Logger;
  readonly maxConnections?: number;
  /** A statement that takes longer fails, and is ended on the server, too; default 15 s. */
  readonly statementTimeoutMs?: number;
  readonly connectTimeoutMs?: number;
  /** Default 60. */
  readonly connectionLifetimeSeconds?: number;
}

export interface Database {
  query<Row extends object>(statement: Statement): Promise<Row[]>;
  /**
   * Commits when `work` returns, rolls back when it throws. The server ends a transaction whose client is silent for
   * 4 s, so a frozen process holds no lock and cannot commit when it wakes up.
   * @param guard called before every statement and before the commit; if it throws, the transaction rolls back.
   */
  transaction<Result>(
    work: (query: Database['query']) => Promise<Result>,
    guard?: () => void,
  ): Promise<Result>;
  close(): Promise<void>;
}

/** Never prepared under a name: that lives in a session, which a transaction-pooling proxy changes at each statement. */
interface Statement {
  readonly text: string;
  readonly values?: readonly unknown[];
}

/**
 * A pool that connects on first use, so a process may start while the database is down.
 *
 * libpq's `prefer` and `allow` are two ways to connect, but `pg` knows one per pool. The first use tries them in
 * libpq's order and keeps the one that works. No session state is set, nothing is prepared under a name, and timeouts are
 * kept on this side (with `set local` in transactions), so a transaction-pooling proxy in between is fine.
 */
export function createDatabase(options: DatabaseOptions): Database {
  const settings: ClientConfig = {
    application_name: options.applicationName,
    connectionTimeoutMillis: options.connectTimeoutMs ?? 5_000,
    query_timeout: options.statementTimeoutMs ?? 15_000,
    keepAlive: true,
    types: { getTypeParser },
  };
  let opened: Promise<Pool> | undefined;

  const pool = (): Promise<Pool> => {
    opened ??= openPool(options, settings).catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return opened;
  };

  const connected = async (): Promise<PoolClient> => {
    try {
      return await (await pool()).connect();
    } catch (error) {
      throw error instanceof PoolClosedError ? error : cannotConnect(options.url, error);
    }
  };

  return {
    async query<Row extends object>(statement: Statement) {
      const client = await connected();
      try {
        return await lent(client, () => run<Row>(client, statement));
      } catch (error) {
        throw tellUnreachable(options.url, error);
      }
    },
    async transaction(work, guard) {
      const client = await connected();
      return inTransaction(client, settings.query_timeout ?? 15_000, work, guard);
    },
    async close() {
      const current = opened;
      opened = Promise.reject(new PoolClosedError('The database pool is closed.'));
      opened.catch(() => undefined);
      await (await current?.catch(() => undefined))?.end();
    },
  };
}

class PoolClosedError extends Error {
  override readonly name = 'PoolClosedError';
}

/**
 * Every number as a number. `pg` gives those of bigint and numeric as texts, which a platform that widens a column of ours
 * would have us compare, add up and send as such. What we read is far below 2^53.
 */
const getTypeParser: typeof pg.types.getTypeParser = (type: number, format?: 'text' | 'binary') => {
  const parse: (text: string) => unknown = pg.types.getTypeParser(type, format);
  if (wideNumbers.has(type)) return Number;
  return wideNumberLists.has(type) ? (text: string) => (parse(text) as string[]).map(Number) : parse;
};

/** Types of PostgreSQL whose values `pg` takes for texts: int8, numeric, and arrays of them. */
const wideNumbers: ReadonlySet<number> = new Set([20, 1700]);
const wideNumberLists: ReadonlySet<number> = new Set([1016, 1231]);

/** Connections to a standby: one use each, as it may begin to lag at any time. */
const standbys = new WeakSet<PoolClient>();

async function openPool(options: DatabaseOptions, settings: ClientConfig): Promise<Pool> {
  const attempts = connectionAttempts(options.url.reveal());
  const chosen = attempts.length === 1 ? attempts[0] : await firstThatConnects(attempts, settings);
  const pool = new pg.Pool({
    ...settings,
    ...chosen,
    Client: EndingClient,
    max: options.maxConnections ?? 10,
    idleTimeoutMillis: 30_000,
    // After a failover, one to the former primary would last as long as it is used, and read what a standby has.
    maxLifetimeSeconds: options.connectionLifetimeSeconds ?? 60,
    verify(client, done) {
      isCurrentStandby(client).then((isStandby) => {
        if (isStandby) standbys.add(client);
        done();
      }, done);
    },
  });
  // Without a listener, losing an idle connection would end the process.
  pool.on('error', (error) => options.log.warn({ err: error }, 'idle database connection lost'));
  return pool;
}

async function firstThatConnects(
  attempts: readonly [ClientConfig, ...ClientConfig[]],
  settings: ClientConfig,
): Promise<ClientConfig> {
  const errors: unknown[] = [];
  for (const attempt of attempts) {
    const client = new pg.Client({ ...settings, ...attempt });
    client.on('error', () => undefined);
    try {
      await client.connect();
      return attempt;
    } catch (error) {
      errors.push(error);
    } finally {
      await client.end().catch(() => undefined);
    }
  }
  // A server without TLS was asked twice: its answer is the other one.
  throw errors.find((error) => !isWithoutTls(error)) ?? errors[0];
}

/** How long a client may be silent in a transaction; well below the time of an attempt, see attempt-fence.ts. */
const silenceInTransactionMs = 4_000;

async function inTransaction<Result>(
  client: PoolClient,
  timeoutMs: number,
  work: (query: Database['query']) => Promise<Result>,
  guard: () => void = () => undefined,
): Promise<Result> {
  const query: Database['query'] = (statement) => {
    guard();
    return run(client, statement);
  };
  return lent(client, async () => {
    try {
      const statementMs = Math.max(1, Math.floor(timeoutMs * 0.9));
      await client.query(
        `begin; set local statement_timeout = ${statementMs}; set local idle_in_transaction_session_timeout = ${silenceInTransactionMs}`,
      );
      const result = await work(query);
      guard();
      await client.query('commit');
      return result;
    } catch (error) {
      // It would wait behind a statement that does not end.
      if (!isStatementTimeout(error)) await client.query('rollback').catch(() => undefined);
      throw error;
    }
  });
}

/**
 * Gives a connection back after the work. One on which anything failed is not used again: nobody knows what still runs on
 * it.
 */
async function lent<Result>(client: PoolClient, work: () => Promise<Result>): Promise<Result> {
  let broken: Error | undefined;
  // A server that ends the connection between two statements emits an event, which would end the process.
  const onError = (error: Error): void => {
    broken = error;
  };
  client.on('error', onError);
  try {
    return await work();
  } catch (error) {
    broken ??= error instanceof Error ? error : new Error(String(error));
    if (isStatementTimeout(error)) cancelStatement(client);
    throw error;
  } finally {
    client.off('error', onError);
    client.release(broken ?? standbys.has(client));
  }
}

async function run<Row extends object>(client: PoolClient, statement: Statement): Promise<Row[]> {
  const { rows } = await client.query<Row>({ ...statement, values: [...(statement.values ?? [])] });
  return rows;
}
