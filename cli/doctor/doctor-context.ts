import type Docker from 'dockerode';
import type { BridgeAnswers } from '../../domain/cutover/bridge-report.js';
import { collectBridgeReports } from '../../platform/amqp/bridge-reports.js';
import type { QueueFacts } from '../../platform/amqp/management-api.js';
import { managementApi, readQueueFacts } from '../../platform/amqp/management-api.js';
import type { DockerAddress } from '../../sandbox/docker.js';
import { connectDocker, dockerAddress } from '../../sandbox/docker.js';
import type { CommandContext } from '../context.js';

/** What the checks look at: the parts of a command's context, and what several of them ask for, read once. */
export interface DoctorContext
  extends Pick<CommandContext, 'settings' | 'database' | 'temporal' | 'broker' | 'legacyBroker'> {
  readonly docker: Docker;
  readonly dockerAddress: DockerAddress;
  /** The bridges of the queue that answer. */
  readonly bridges: () => Promise<BridgeAnswers>;
  /** @throws Error that says why the management API is not available. */
  readonly queueFacts: () => Promise<QueueFacts>;
}

const reportTimeoutMs = 1_000;

/** @throws SandboxUnavailableError for a DOCKER_HOST that cannot be used. */
export function doctorContext(context: CommandContext): DoctorContext {
  const { settings } = context;
  const address = dockerAddress(settings.dockerHost);
  let bridges: Promise<BridgeAnswers> | undefined;
  let facts: Promise<QueueFacts> | undefined;
  const readBridges = async () =>
    collectBridgeReports(await context.broker(), settings.queue, { timeoutMs: reportTimeoutMs });
  const readFacts = () =>
    readQueueFacts(managementApi(settings.amqpUrl, settings.watch.managementUrl), settings.queue);
  return {
    settings,
    docker: connectDocker(address),
    dockerAddress: address,
    get database() {
      return context.database;
    },
    get temporal() {
      return context.temporal;
    },
    broker: () => context.broker(),
    legacyBroker: () => context.legacyBroker(),
    bridges: () => (bridges ??= readBridges()),
    queueFacts: () => (facts ??= readFacts()),
  };
}
