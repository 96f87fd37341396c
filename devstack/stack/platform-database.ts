import pg from 'pg';
import { loadEnvFile } from '../../platform/process/env-file.js';
import { applySchema } from '../../reference-backend/apply-schema.js';
import { projectRoot } from '../project-root.js';

const ownDatabase = 'code_grader';

/**
 * A database with the platform's tables on the private server, so that every command has something to look at. One that
 * was set by hand is somebody's platform: it stays as it is. @returns its URL.
 */
export async function prepareDatabase(databaseUrl: string): Promise<string> {
  const byHand = loadEnvFile(process.env, projectRoot).DATABASE_URL?.trim() ?? '';
  if (byHand !== '') return databaseUrl;
  const url = await ensureDatabase(databaseUrl, ownDatabase);
  await applySchema(url);
  return url;
}

/** Makes a database on the server of `adminUrl` unless it exists. @returns its URL. */
export async function ensureDatabase(adminUrl: string, name: string): Promise<string> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name]);
    if (rowCount === 0) await client.query(`create database ${pg.escapeIdentifier(name)}`);
  } finally {
    await client.end();
  }
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  return url.toString();
}
