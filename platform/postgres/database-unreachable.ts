import { errorCode } from '../../domain/errors/error-code.js';
import { errorText } from '../../domain/errors/error-text.js';
import { DatabaseUnreachableError } from '../../domain/grading/step-error.js';
import type { Secret } from '../settings/secret.js';

/** Network errors of Node, and PostgreSQL's own: 28 is authorization, 3D000 no such database, 53300 too many
 * connections, 57P03 starting up. */
const unreachableCodes =
  /^(ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|28\w{3}|3D000|53300|57P03)$/;
const tooManyConnections = '53300';

/** @returns an error that names the remedy if the database was unreachable, else `error` itself. */
export function tellUnreachable(url: Secret, error: unknown): unknown {
  if (!(error instanceof Error) || !isUnreachable(error)) return error;
  return new DatabaseUnreachableError(
    `Failed to connect to database at ${url.toString()}: ${errorText(error)}. ${remedyFor(url, error)}`,
    { cause: error },
  );
}

/** A refusal by the server itself proves that it is up. */
function remedyFor(url: Secret, error: Error): string {
  const { hostname, port } = new URL(url.reveal());
  const server = `-h ${hostname || 'localhost'} -p ${port || 5432}`;
  const code = String(errorCode(error) ?? '');
  if (code.startsWith('28')) {
    return 'User or password in DATABASE_URL are wrong, special characters not %-escaped, or pg_hba.conf does not let them in. Check with: psql "$DATABASE_URL"';
  }
  if (code === '3D000') return `The database in DATABASE_URL is wrong. Check with: psql ${server} -l`;
  if (code === tooManyConnections) {
    return `Every connection of the server is taken. Check with: psql ${server} -c "select application_name, count(*) from pg_stat_activity group by 1"`;
  }
  return `The server may be down, or DATABASE_URL wrong. Check with: pg_isready ${server}`;
}

function isUnreachable(error: Error): boolean {
  if (error instanceof AggregateError) return error.errors.some((each: Error) => isUnreachable(each));
  const code = String(errorCode(error) ?? '');
  return (
    unreachableCodes.test(code) ||
    /timeout.*connect|^timeout expired$|Connection terminated/i.test(error.message)
  );
}
