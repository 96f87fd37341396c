import type { Secret } from '../secret.js';

/** Thrown when no connection can be had: the server is down, or address, user, password or database are wrong. */
export class DatabaseUnreachableError extends Error {
  override readonly name = 'DatabaseUnreachableError';
}

/** Network errors of Node, and PostgreSQL's own: 28 is authorization, 3D000 no such database, 57P03 starting up. */
const unreachableCodes =
  /^(ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|28\w{3}|3D000|57P03)$/;

/** @returns an error that tells an operator what to do where the database could not be reached, else `error` itself. */
export function tellUnreachable(url: Secret, error: unknown): unknown {
  if (!(error instanceof Error) || !isUnreachable(error)) return error;
  const { hostname, port } = new URL(url.reveal());
  return new DatabaseUnreachableError(
    `Failed to connect to database at ${url.toString()}: ${reason(error)}. The server may be down, or DATABASE_URL ` +
      `wrong. Check with: pg_isready -h ${hostname || 'localhost'} -p ${port || 5432}`,
    { cause: error },
  );
}

function isUnreachable(error: Error): boolean {
  if (error instanceof AggregateError) return error.errors.some((each: Error) => isUnreachable(each));
  const code = 'code' in error ? String(error.code) : '';
  return unreachableCodes.test(code) || /timeout.*connect|Connection terminated/i.test(error.message);
}

function reason(error: Error): string {
  if (error instanceof AggregateError) return error.errors.map((each: Error) => each.message).join(', ');
  return error.message;
}
