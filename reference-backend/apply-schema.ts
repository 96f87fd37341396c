import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { connectionAttempts } from '../platform/postgres/connection-options.js';

/**
 * Makes the platform's tables and the demo's class in an existing, empty or already prepared database.
 * @throws the error of `pg` when the database cannot be reached or the role may not create tables.
 */
export async function applySchema(databaseUrl: string): Promise<void> {
  const client = new pg.Client(connectionAttempts(databaseUrl)[0]);
  client.on('error', () => undefined);
  await client.connect();
  try {
    // Two processes that start together must not both see a missing table.
    await client.query(
      `begin; select pg_advisory_xact_lock(7213); ${readFileSync(schemaPath(), 'utf8')} commit`,
    );
  } finally {
    await client.end();
  }
}

/** Beside the source; the programs stand in dist/, where the build puts no SQL. */
function schemaPath(): string {
  const besides = ['./schema.sql', '../reference-backend/schema.sql'];
  const paths = besides.map((path) => fileURLToPath(new URL(path, import.meta.url)));
  return paths.find((path) => existsSync(path)) ?? String(paths[0]);
}
