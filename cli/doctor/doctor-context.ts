import type { ChannelModel } from 'amqplib';
import type Docker from 'dockerode';
import type { BridgeReport } from '../../domain/cutover/bridge-report.js';
import { collectBridgeReports } from '../../platform/amqp/bridge-reports.js';
import { connectBroker } from '../../platform/amqp/broker-connection.js';
import { closeConnection } from '../../platform/amqp/close-connection.js';
import type { QueueFacts } from '../../platform/amqp/management-api.js';
import { managementApi, readQueueFacts } from '../../platform/amqp/management-api.js';
import type { Database } from '../../platform/postgres/database.js';
import { createDatabase } from '../../platform/postgres/database.js';
import { createLogger } from '../../platform/process/logger.js';
import type { Settings } from '../../platform/settings/settings.js';
import type { TemporalClient } from '../../platform/temporal/connection.js';
import { createTemporalClient } from '../../platform/temporal/connection.js';
import type { DockerAddress } from '../../sandbox/docker.js';
import { connectDocker, dockerAddress } from '../../sandbox/docker.js';

/** What the checks look at. Everything opens on first use and is shared. */
export interface DoctorContext {
  readonly settings: Settings;
  readonly docker: Docker;
  readonly dockerAddress: DockerAddress;
  readonly database: Database;
  readonly temporal: TemporalClient;
  /** @throws BrokerUnreachableError */
  readonly broker: () => Promise<ChannelModel>;
  /** The queue's bridges that answer. */
  readonly bridges: () => Promise<readonly BridgeReport[]>;
  /** @throws Error that says why the management API is not available. */
  readonly queueFacts: () => Promise<QueueFacts>;
  readonly close: () => Promise<void>;
}

const reportTimeoutMs = 1_000;

/** @throws SandboxUnavailableError for an unusable DOCKER_HOST, Error for an unreadable TLS file. */
export function openDoctorContext(settings: Settings): DoctorContext {
  const log = createLogger({ name: 'doctor', level: 'silent', format: 'json' });
  const address = dockerAddress(settings.dockerHost);
  const temporal = createTemporalClient(settings.temporal);
  const database = createDatabase({
    url: settings.databaseUrl,
    applicationName: 'grader-doctor',
    log,
    maxConnections: 3,
  });
  const broker = once(() => connectBroker(settings.amqpUrl, 'grader doctor'));
  const bridges = once(
    async () =>
      (await collectBridgeReports(await broker.get(), settings.queue, {
        timeoutMs: reportTimeoutMs,
      })) as readonly BridgeReport[],
  );
  const facts = once(() =>
    readQueueFacts(managementApi(settings.amqpUrl, settings.watch.managementUrl), settings.queue),
  );
  return {
    settings,
    docker: connectDocker(address),
    dockerAddress: address,
    database,
    temporal,
    broker: broker.get,
    bridges: bridges.get,
    queueFacts: facts.get,
    async close() {
      const connection = await broker.opened?.catch(() => undefined);
      if (connection !== undefined) await closeConnection(connection);
      await Promise.allSettled([database.close(), temporal.close()]);
    },
  };
}

interface Once<Value> {
  readonly opened: Promise<Value> | undefined;
  readonly get: () => Promise<Value>;
}

function once<Value>(open: () => Promise<Value>): Once<Value> {
  let opened: Promise<Value> | undefined;
  return {
    get opened() {
      return opened;
    },
    get: () => {
      opened ??= open();
      return opened;
    },
  };
}
