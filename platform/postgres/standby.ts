import { setTimeout as sleep } from 'node:timers/promises';
import type { PoolClient } from 'pg';
import { errorCode } from '../../domain/errors/error-code.js';

/**
 * A standby that may lack what its primary has committed. A submission that was published again after its tests were changed
 * would be graded by the old ones, and a new one would not be found.
 */
export class StandbyBehindError extends Error {
  override readonly name = 'StandbyBehindError';

  constructor(why: string) {
    super(`the server is a standby, and ${why}`);
  }
}

/** Well below the time in which a connection must be had. */
const catchUpMs = 3_000;
const lookEveryMs = 50;

/**
 * Asked of each new connection: the name of a server leads to a standby for a while around a failover, and to a lagging one on
 * some sites always. One that receives from its primary, and has replayed all that it had received when it was asked, is
 * as good as the primary but for what is on its way.
 * @returns whether it is a standby, so whether it has to be asked again before the next use.
 * @throws StandbyBehindError
 */
export async function isCurrentStandby(client: Pick<PoolClient, 'query'>): Promise<boolean> {
  if (!(await isInRecovery(client))) return false;
  const { wanted } = await look(client);
  for (let waitedMs = 0; ; waitedMs += lookEveryMs) {
    const { wanted: _, ...now } = await look(client, wanted);
    if (!now.isStandby || now.isKnownToBeCurrent) return now.isStandby;
    if (!now.isReceiving) throw new StandbyBehindError('receives nothing from its primary');
    if (waitedMs >= catchUpMs) throw new StandbyBehindError('has not replayed what it has received');
    await sleep(lookEveryMs);
  }
}

interface Look {
  readonly isStandby: boolean;
  readonly isReceiving: boolean;
  readonly isKnownToBeCurrent: boolean;
  /** Up to where it has received. */
  readonly wanted: string | null;
}

async function isInRecovery(client: Pick<PoolClient, 'query'>): Promise<boolean> {
  return (await tolerant(client, 'select pg_is_in_recovery() as answer'))?.answer === true;
}

async function look(client: Pick<PoolClient, 'query'>, wanted: string | null = null): Promise<Look> {
  const row = await tolerant(
    client,
    `select pg_is_in_recovery() as standby, exists (select from pg_stat_wal_receiver) as receiving,
      pg_last_wal_receive_lsn()::text as received, pg_last_wal_replay_lsn() >= $1::pg_lsn as replayed`,
    [wanted],
  );
  if (row === undefined) return { isStandby: true, isReceiving: true, isKnownToBeCurrent: true, wanted };
  return {
    isStandby: row.standby === true,
    isReceiving: row.receiving === true,
    isKnownToBeCurrent: row.receiving === true && row.replayed === true,
    wanted: typeof row.received === 'string' ? row.received : null,
  };
}

/** SQLSTATEs of what is not supported, not there, or not allowed. */
const unknownThere = /^(0A|42)\w{3}$/;

/** @returns undefined where the server does not know the question, as services that only speak PostgreSQL's protocol. */
async function tolerant(
  client: Pick<PoolClient, 'query'>,
  text: string,
  values: readonly unknown[] = [],
): Promise<Record<string, unknown> | undefined> {
  try {
    return (await client.query<Record<string, unknown>>({ text, values: [...values] })).rows[0];
  } catch (error) {
    if (unknownThere.test(String(errorCode(error)))) return undefined;
    throw error;
  }
}
