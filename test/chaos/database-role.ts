import { randomBytes } from 'node:crypto';
import pg from 'pg';

/**
 * A role with the rights the workers need and no more. Connections and rights can be taken from it, which from the
 * owner they cannot.
 * @returns its name, and the database's address with it.
 */
export async function createWorkerRole(
  databaseUrl: string,
): Promise<{ readonly name: string; readonly url: string }> {
  const url = new URL(databaseUrl);
  const name = `${url.pathname.slice(1)}_worker`;
  const password = randomBytes(9).toString('hex');
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(`create role ${name} login password '${password}'`);
    await client.query(`grant select on all tables in schema public to ${name}`);
    await client.query(`grant update on submissions to ${name}`);
    await client.query(`grant insert, update, delete on submission_results to ${name}`);
    await client.query(`grant usage on all sequences in schema public to ${name}`);
  } finally {
    await client.end();
  }
  url.username = name;
  url.password = password;
  return { name, url: url.href };
}
