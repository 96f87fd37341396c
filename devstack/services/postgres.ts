import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import pg from 'pg';
import { errorLine } from '../../domain/errors/error-text.js';
import { connectionAttempts } from '../../platform/postgres/connection-options.js';
import type { Command } from './command.js';
import { prefixed, serviceEnvironment } from './command.js';
import type { DaemonSpec } from './daemon.js';
import { clusterPassword, findPostgresPrograms, initialiseCluster } from './postgres-cluster.js';
import { providePrivate } from './private-instance.js';
import type { Provision, Service } from './provision.js';
import { isConfigured } from './provision.js';
import { ServiceError } from './service-error.js';
import { ownerOfService, placeFor } from './service-owner.js';

export interface DatabaseServer {
  /** With the rights to make databases when the server is private. */
  readonly databaseUrl: string;
}

/** PostgreSQL: the configured server, else a cluster of this checkout's own. Commits are durable in both. */
export const postgres: Service<DatabaseServer> = {
  name: 'postgres',
  async missingPackages(provision) {
    if (isConfigured(provision, 'DATABASE_URL')) return [];
    return findPostgresPrograms(provision.environment) === undefined ? ['postgresql'] : [];
  },
  strategies: (provision) => [
    { name: 'configured', tryProvide: () => configured(provision) },
    { name: 'private cluster', tryProvide: () => privateCluster(provision) },
  ],
};

async function configured(provision: Provision): Promise<DatabaseServer | undefined> {
  if (!isConfigured(provision, 'DATABASE_URL')) return undefined;
  const { databaseUrl } = provision.settings;
  provision.progress.step('postgres', `connecting to ${String(databaseUrl)}`);
  const error = await connectionError(databaseUrl.reveal());
  if (error !== undefined) {
    throw new ServiceError(`Failed to connect to database at ${String(databaseUrl)}: ${errorLine(error)}.`, {
      remedy: `The server may be down, or DATABASE_URL wrong. Unset DATABASE_URL (see .env) to get a private server.`,
      cause: error,
    });
  }
  provision.progress.done('postgres', `configured server at ${String(databaseUrl)}`);
  return { databaseUrl: databaseUrl.reveal() };
}

async function privateCluster(provision: Provision): Promise<DatabaseServer> {
  const programs = findPostgresPrograms(provision.environment);
  if (programs === undefined) {
    throw new ServiceError('PostgreSQL was not found after its package was installed.', {
      remedy: 'ls /usr/lib/postgresql/*/bin',
    });
  }
  const { checkout } = provision;
  const owner = ownerOfService(['postgres', 'nobody']);
  const parent = placeFor(owner, checkout.localDirectory, checkout.outsideDirectory);
  const directory = join(parent, 'postgres');
  const password = clusterPassword(directory) ?? randomBytes(9).toString('hex');
  const record = await providePrivate(provision, {
    service: 'postgres',
    strategy: 'private cluster',
    portPurposes: ['postgres'],
    dataDirectories: [directory],
    outsideDirectories: parent === checkout.localDirectory ? [] : [parent],
    address: (ports) => `127.0.0.1:${ports.postgres}`,
    async prepare(ports) {
      const environment = serviceEnvironment(provision.environment);
      await initialiseCluster({ programs, directory, owner, password, environment });
      return [
        server(provision, prefixed(owner.prefix, [programs.postgres]), directory, ports.postgres, password),
      ];
    },
    isAnswering: async (running) =>
      (await connectionError(urlOf(running.ports.postgres, password))) === undefined,
  });
  return { databaseUrl: urlOf(record.ports.postgres, password) };
}

function server(
  provision: Provision,
  postgresCommand: Command,
  directory: string,
  port: number | undefined,
  password: string,
): DaemonSpec {
  const options = {
    listen_addresses: '127.0.0.1',
    port: String(port),
    // TCP only: a socket's path would have to be short and reachable for two users.
    unix_socket_directories: '',
    shared_buffers: '64MB',
    max_connections: '100',
    timezone: 'UTC',
  };
  return {
    name: 'postgres',
    command: [
      ...postgresCommand,
      ...['-D', directory],
      ...Object.entries(options).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    environment: serviceEnvironment(provision.environment),
    workingDirectory: '/',
    logFile: join(provision.checkout.logDirectory, 'postgres.log'),
    // "Fast": open transactions are rolled back. SIGTERM would wait for every client to leave.
    stopSignal: 'SIGINT',
    isReady: async () => (await connectionError(urlOf(port, password))) === undefined,
  };
}

function urlOf(port: number | undefined, password: string): string {
  return `postgresql://postgres:${password}@127.0.0.1:${port}/postgres?sslmode=disable`;
}

/** @returns why no connection can be made, or undefined when it can. */
async function connectionError(url: string): Promise<unknown> {
  let failure: unknown;
  for (const options of connectionAttempts(url)) {
    const client = new pg.Client({
      ...options,
      connectionTimeoutMillis: 5_000,
      application_name: 'grader up',
    });
    // A connection that ends by itself must not end this process.
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.query('select 1');
      return undefined;
    } catch (error) {
      failure = error;
    } finally {
      await client.end().catch(() => undefined);
    }
  }
  return failure;
}
