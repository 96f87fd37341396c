import { errorCode } from '../../domain/errors/error-code.js';
import { errorText } from '../../domain/errors/error-text.js';
import { DatabaseUnreachableError, OurFault } from '../../domain/grading/step-error.js';
import type { Secret } from '../settings/secret.js';
import { connectionAttempts } from './connection-options.js';
import { StandbyBehindError } from './standby.js';

/** Network errors of Node, ENOENT for a socket that is not there, and PostgreSQL's own: 08 is the connection, as a pooler whose server is down says; 28
 * authorization, 3D000 no such database, 53300 too many connections, 57P01 to 57P03 ended by an operator, crashed, starting. */
const unreachableCodes =
  /^(ECONNREFUSED|ECONNRESET|ENOENT|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|08\w{3}|28\w{3}|3D000|53300|57P0[123])$/;
const tooManyConnections = '53300';
const noConnectRight = '42501';

/** The server is there, and did not end a statement in time. */
export class StatementTimeoutError extends OurFault {
  override readonly name = 'StatementTimeoutError';
}

/** @returns an error that names the remedy if the database was unreachable or too slow, else `error` itself. */
export function tellUnreachable(url: Secret, error: unknown): unknown {
  if (isStatementTimeout(error)) {
    return new StatementTimeoutError(
      `The database at ${url.toString()} did not answer in time: ${errorText(error)}. A table may be locked, or the server overloaded. ` +
        `Check with: psql ${serverOf(url)} -c "select pid, state, wait_event_type, query from pg_stat_activity where state <> 'idle'"`,
      { cause: error },
    );
  }
  return isUnreachable(error) ? cannotConnect(url, error) : error;
}

/**
 * @param error whatever kept us from a connection: beside the known ones there are those of TLS, of `pg` itself, as where the
 * server asks for a password that the address lacks, and those of a proxy.
 */
export function cannotConnect(url: Secret, error: unknown): DatabaseUnreachableError {
  return new DatabaseUnreachableError(
    `Failed to connect to database at ${url.toString()}: ${errorText(error)}. ${remedyFor(url, error)}`,
    { cause: error },
  );
}

/** In the words of `pg`. */
export function isWithoutTls(error: unknown): boolean {
  return error instanceof Error && error.message === 'The server does not support SSL connections';
}

/** By us, or by a limit of the server or of the role. */
export function isStatementTimeout(error: unknown): boolean {
  return error instanceof Error && (error.message === ourTimeout || errorCode(error) === queryCanceled);
}

/** In the words of `pg`. */
const ourTimeout = 'Query read timeout';
const queryCanceled = '57014';

function serverOf(url: Secret): string {
  const [{ host, port }] = connectionAttempts(url.reveal());
  return `-h ${host || 'localhost'} -p ${port || 5432}`;
}

/** A refusal by the server itself proves that it is up. */
function remedyFor(url: Secret, error: unknown): string {
  const server = serverOf(url);
  if (error instanceof StandbyBehindError) {
    return `DATABASE_URL should name the primary server. Check with: psql "$DATABASE_URL" -c "select pg_is_in_recovery(), pg_last_xact_replay_timestamp()"`;
  }
  const code = String(errorCode(error) ?? '');
  const reason = errorText(error);
  if (code.startsWith('CERT_')) {
    return 'Its certificate is out of date: renew it there; or a clock is wrong, here or there. Check with: psql "$DATABASE_URL"';
  }
  if (isWithoutTls(error) || /SSL|TLS|certificate/i.test(`${code} ${reason}`)) {
    return 'TLS was not agreed on: the server has none, or its certificate is not trusted. See sslmode and sslrootcert in DATABASE_URL. Check with: psql "$DATABASE_URL"';
  }
  if (code.startsWith('28') || code === noConnectRight || reason.startsWith('SASL')) {
    return 'User or password in DATABASE_URL are wrong, special characters not %-escaped, or pg_hba.conf does not let them in. Check with: psql "$DATABASE_URL"';
  }
  if (code === '3D000') return `The database in DATABASE_URL is wrong. Check with: psql ${server} -l`;
  if (code === tooManyConnections) {
    return `Every connection of the server is taken. Check with: psql ${server} -c "select application_name, count(*) from pg_stat_activity group by 1"`;
  }
  if (!isUnreachable(error)) {
    return 'It answers, but not as DATABASE_URL has it: its password, sslmode or certificate. Check with: psql "$DATABASE_URL"';
  }
  return `The server may be down, or DATABASE_URL wrong. Check with: pg_isready ${server}`;
}

function isUnreachable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof AggregateError) return error.errors.some(isUnreachable);
  const code = String(errorCode(error) ?? '');
  return (
    unreachableCodes.test(code) ||
    /timeout.*connect|^timeout expired$|Connection terminated/i.test(error.message)
  );
}
