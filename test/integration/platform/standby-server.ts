import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import getPort from 'get-port';
import { findPostgresPrograms } from '../../../devstack/services/postgres-cluster.js';
import { ownerOfService } from '../../../devstack/services/service-owner.js';
import { eventually } from '../eventually.js';
import { asAdmin, testServices } from '../services-fixture.js';

/** A hot standby of the tests' database server, which streams from it. */
export interface StandbyServer {
  /** The address of the same database there. */
  urlOf(databaseUrl: string): string;
  stop(): Promise<void>;
}

/** @throws Error where PostgreSQL's programs are not found. */
export async function startStandby(): Promise<StandbyServer> {
  const programs = findPostgresPrograms(process.env);
  if (programs === undefined) throw new Error('PostgreSQL’s programs are not found: a standby needs them.');
  const owner = ownerOfService(['postgres', 'nobody']);
  const directory = mkdtempSync(join(tmpdir(), 'grader-standby-'));
  if (process.getuid?.() === 0) chownSync(directory, owner.uid, owner.gid);
  const data = join(directory, 'data');
  const primary = new URL(testServices().adminDatabaseUrl);
  const run = (program: string, args: readonly string[]) => {
    const [first = program, ...rest] = [...owner.prefix, program, ...args];
    return execa(first, rest, { cwd: '/', extendEnv: false, stdin: 'ignore', all: true, timeout: 240_000 });
  };
  const port = await getPort();
  const from = `host=${primary.hostname} port=${primary.port} user=${primary.username} password=${primary.password}`;
  await run(join(dirname(programs.postgres), 'pg_basebackup'), ['-D', data, '-d', from, '-R', '-c', 'fast']);
  const settings = { listen_addresses: '127.0.0.1', port: String(port), unix_socket_directories: '' };
  const server = run(programs.postgres, [
    ...['-D', data],
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ]);
  server.catch(() => undefined);
  const urlOf = (databaseUrl: string): string => {
    const url = new URL(databaseUrl);
    url.port = String(port);
    return url.href;
  };
  const stop = async (): Promise<void> => {
    server.kill('SIGINT');
    await server.catch(() => undefined);
    rmSync(directory, { recursive: true, force: true });
  };
  await eventually(() => asAdmin(urlOf(primary.href), 'select 1')).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return { urlOf, stop };
}
