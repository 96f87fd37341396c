import { chownSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import getPort from 'get-port';
import { provideServices, stopServices } from '../../../devstack/services/index.js';
import { findPostgresPrograms } from '../../../devstack/services/postgres-cluster.js';
import { ownerOfService } from '../../../devstack/services/service-owner.js';
import { eventually } from '../eventually.js';
import { asAdmin } from '../services-fixture.js';

/** A database server of one test file's own, and a hot standby that streams from it. */
export interface ServerWithStandby {
  readonly primaryUrl: string;
  readonly standbyUrl: string;
  stop(): Promise<void>;
}

const silent = { step: () => undefined, done: () => undefined };
/** What the standby has not had yet is kept for it. */
const slot = 'kept_for_the_standby';

/** @throws Error where PostgreSQL's programs are not found. */
export async function startServerWithStandby(): Promise<ServerWithStandby> {
  const programs = findPostgresPrograms(process.env);
  if (programs === undefined) throw new Error('PostgreSQL’s programs are not found: a standby needs them.');
  const owner = ownerOfService(['postgres', 'nobody']);
  const root = mkdtempSync(join(tmpdir(), 'grader-primary-'));
  const { DATABASE_URL: _, ...environment } = process.env;
  const { databaseUrl } = await provideServices({ only: ['postgres'], root, environment, progress: silent });
  const directory = mkdtempSync(join(tmpdir(), 'grader-standby-'));
  if (process.getuid?.() === 0) chownSync(directory, owner.uid, owner.gid);
  const data = join(directory, 'data');
  const primary = new URL(databaseUrl);
  const run = (program: string, args: readonly string[]) => {
    const [first = program, ...rest] = [...owner.prefix, program, ...args];
    return execa(first, rest, { cwd: '/', extendEnv: false, stdin: 'ignore', all: true, timeout: 240_000 });
  };
  const port = await getPort();
  const from = `host=${primary.hostname} port=${primary.port} user=${primary.username} password=${primary.password}`;
  await run(join(dirname(programs.postgres), 'pg_basebackup'), [
    ...['-D', data, '-d', from, '-R', '-c', 'fast', '-C', '-S', slot],
  ]);
  const settings = { listen_addresses: '127.0.0.1', port: String(port), unix_socket_directories: '' };
  const server = run(programs.postgres, [
    ...['-D', data],
    ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ]);
  server.catch(() => undefined);
  const standby = new URL(databaseUrl);
  standby.port = String(port);
  const stop = async (): Promise<void> => {
    server.kill('SIGINT');
    await server.catch(() => undefined);
    await stopServices({ root, environment, purge: true, progress: silent });
    for (const each of [directory, root]) rmSync(each, { recursive: true, force: true });
  };
  await eventually(() => asAdmin(standby.href, 'select 1')).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return { primaryUrl: databaseUrl, standbyUrl: standby.href, stop };
}
