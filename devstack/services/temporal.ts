import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createLogger } from '../../platform/process/logger.js';
import type { TemporalSettings } from '../../platform/settings/settings.js';
import { createTemporalClient } from '../../platform/temporal/connection.js';
import { ensureNamespace } from '../../platform/temporal/namespace.js';
import { placeWithPlainPath } from './checkout.js';
import { serviceEnvironment } from './command.js';
import type { DaemonSpec } from './daemon.js';
import { listensOn, providePrivate } from './private-instance.js';
import type { Provision, Service } from './provision.js';
import { isConfigured } from './provision.js';
import { provideTemporalCli } from './temporal-cli.js';

export interface TemporalServer {
  readonly temporalAddress: string;
  readonly temporalUiUrl: string;
  readonly namespace: string;
}

/**
 * Settings of the development server. It has one history shard, which by default looks for work 20 times a second; a
 * queue on one partition keeps strict order by priority.
 */
const dynamicConfiguration: Readonly<Record<string, number | boolean>> = {
  'history.transferProcessorMaxPollRPS': 2000,
  'history.visibilityProcessorMaxPollRPS': 2000,
  'history.timerProcessorMaxPollRPS': 2000,
  'matching.numTaskqueueReadPartitions': 1,
  'matching.numTaskqueueWritePartitions': 1,
  'matching.enableFairness': true,
  'system.forceSearchAttributesCacheRefreshOnRead': true,
};

/** Temporal: the configured server, else a development server with a file database, which survives its own crash. */
export const temporal: Service<TemporalServer> = {
  name: 'temporal',
  missingPackages: async () => [],
  strategies: (provision) => [
    { name: 'configured', tryProvide: () => configured(provision) },
    { name: 'private server', tryProvide: () => privateServer(provision) },
  ],
};

async function configured(provision: Provision): Promise<TemporalServer | undefined> {
  if (!isConfigured(provision, 'TEMPORAL_ADDRESS')) return undefined;
  const settings = provision.settings.temporal;
  provision.progress.step('temporal', `connecting to ${settings.address}`);
  const client = createTemporalClient(settings);
  try {
    await client.check();
  } finally {
    await client.close();
  }
  provision.progress.done('temporal', `configured server at ${settings.address}`);
  return { temporalAddress: settings.address, temporalUiUrl: settings.uiUrl, namespace: settings.namespace };
}

async function privateServer(provision: Provision): Promise<TemporalServer> {
  const cli = await provideTemporalCli(provision);
  const { namespace } = provision.settings.temporal;
  const { localDirectory } = provision.checkout;
  const parent = placeWithPlainPath(provision.checkout);
  const directory = join(parent, 'temporal');
  const { ports } = await providePrivate(provision, {
    service: 'temporal',
    strategy: 'private server',
    portPurposes: ['grpc', 'http', 'metrics', 'ui'],
    dataDirectories: [directory],
    outsideDirectories: parent === localDirectory ? [] : [parent],
    address: (chosen) => `127.0.0.1:${chosen.grpc}, web UI http://127.0.0.1:${chosen.ui}`,
    prepare: async (chosen) => [server(provision, cli, directory, chosen)],
    isAnswering: (record) => isServing(provision.settings.temporal, record.ports.grpc),
  });
  return {
    temporalAddress: `127.0.0.1:${ports.grpc}`,
    temporalUiUrl: `http://127.0.0.1:${ports.ui}`,
    namespace,
  };
}

function server(
  provision: Provision,
  cli: string,
  directory: string,
  ports: Readonly<Record<string, number>>,
): DaemonSpec {
  const { checkout, settings } = provision;
  const database = join(directory, 'temporal.db');
  mkdirSync(directory, { recursive: true });
  // Histories hold what students' programs printed: for the owner alone, whoever may read the checkout.
  chmodSync(directory, 0o700);
  return {
    name: 'temporal',
    command: [
      ...['sh', '-c', 'umask 077; test ! -e "$0" || chmod 600 "$0"*; exec "$@"', database],
      cli,
      ...['server', 'start-dev', '--ip', '127.0.0.1', '--log-level', 'warn', '--ui-disable-news-fetch'],
      ...[
        '--port',
        ports.grpc,
        '--http-port',
        ports.http,
        '--metrics-port',
        ports.metrics,
        '--ui-port',
        ports.ui,
      ],
      ...['--db-filename', database],
      ...['--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=NORMAL'],
      ...Object.entries(dynamicConfiguration).flatMap(([key, value]) => [
        '--dynamic-config-value',
        `${key}=${value}`,
      ]),
    ].map(String) as [string, ...string[]],
    environment: serviceEnvironment(provision.environment),
    workingDirectory: directory,
    logFile: join(checkout.logDirectory, 'temporal.log'),
    stopSignal: 'SIGTERM',
    isReady: async () => (await listensOn(ports.grpc)()) && (await isServing(settings.temporal, ports.grpc)),
  };
}

/** One round trip, and the namespace made where it is missing: its retention is then ours, not the server's one day. */
async function isServing(settings: TemporalSettings, port: number | undefined): Promise<boolean> {
  const client = createTemporalClient({
    ...settings,
    address: `127.0.0.1:${port}`,
    tls: false,
    apiKey: undefined,
  });
  try {
    await client.check(2_000);
    await ensureNamespace(client, createLogger({ name: 'grader', level: 'silent', format: 'json' }));
    return true;
  } catch {
    return false;
  } finally {
    await client.close();
  }
}
