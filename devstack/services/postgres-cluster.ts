import { chownSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findProgram, prefixed, runCommand } from './command.js';
import type { ServiceOwner } from './service-owner.js';
import { makeOwnedDirectory } from './service-owner.js';

export interface PostgresPrograms {
  readonly initdb: string;
  readonly postgres: string;
}

const debianPrograms = '/usr/lib/postgresql';

/** The newest of Debian's versions, else what PATH leads to. */
export function findPostgresPrograms(environment: NodeJS.ProcessEnv): PostgresPrograms | undefined {
  const versions = existsSync(debianPrograms) ? readdirSync(debianPrograms) : [];
  const onPath = findProgram('initdb', environment);
  const directories = [
    ...newestFirst(versions).map((version) => join(debianPrograms, version, 'bin')),
    ...(onPath === undefined ? [] : [dirname(onPath)]),
  ];
  for (const directory of directories) {
    const programs = { initdb: join(directory, 'initdb'), postgres: join(directory, 'postgres') };
    if (existsSync(programs.initdb) && existsSync(programs.postgres)) return programs;
  }
  return undefined;
}

function newestFirst(versions: readonly string[]): readonly string[] {
  return [...versions].sort((a, b) => Number(b) - Number(a));
}

/** Makes the cluster unless it is there; one that was not finished is made anew. */
export async function initialiseCluster(cluster: {
  readonly programs: PostgresPrograms;
  readonly directory: string;
  readonly owner: ServiceOwner;
  /** Of the superuser `postgres`. */
  readonly password: string;
  readonly environment: NodeJS.ProcessEnv;
}): Promise<void> {
  const { directory, owner } = cluster;
  if (clusterPassword(directory) !== undefined) return;
  rmSync(directory, { recursive: true, force: true });
  makeOwnedDirectory(owner, directory);
  const passwordFile = `${directory}.initial`;
  writeFileSync(passwordFile, `${cluster.password}\n`, { mode: 0o600 });
  try {
    if (process.getuid?.() === 0) chownSync(passwordFile, owner.uid, owner.gid);
    const initdb = prefixed(owner.prefix, [
      cluster.programs.initdb,
      ...['-D', directory, '--username=postgres', `--pwfile=${passwordFile}`, '--auth=scram-sha-256'],
      ...['--encoding=UTF8', '--locale=C'],
    ]);
    await runCommand(initdb, { environment: cluster.environment, cwd: '/', timeoutMs: 120_000 });
  } finally {
    rmSync(passwordFile, { force: true });
  }
  writeFileSync(passwordPath(directory), cluster.password, { mode: 0o600 });
}

/** The superuser's password of a finished cluster, or undefined where there is none. */
export function clusterPassword(directory: string): string | undefined {
  // Our file is the mark of a finished initdb: PG_VERSION is among the first files it writes.
  return existsSync(join(directory, 'PG_VERSION')) && existsSync(passwordPath(directory))
    ? readFileSync(passwordPath(directory), 'utf8')
    : undefined;
}

function passwordPath(directory: string): string {
  return `${directory}.password`;
}
