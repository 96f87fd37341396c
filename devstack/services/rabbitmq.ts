import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectBroker } from '../../platform/amqp/broker-connection.js';
import { Secret } from '../../platform/settings/secret.js';
import { findProgram, serviceEnvironment } from './command.js';
import type { DaemonSpec } from './daemon.js';
import { listensOn, providePrivate } from './private-instance.js';
import type { Provision, Service } from './provision.js';
import { isConfigured } from './provision.js';
import { ServiceError } from './service-error.js';

export interface Broker {
  readonly amqpUrl: string;
}

/**
 * The broker: the configured one, else a node of this checkout's own.
 *
 * The private node has its own name, cookie, data and port mapper (epmd): the mapper that a node would start by itself
 * is shared by the machine and outlives the node, so ours is started first, on a port of its own, and stopped last.
 */
export const rabbitmq: Service<Broker> = {
  name: 'rabbitmq',
  async missingPackages(provision) {
    if (isConfigured(provision, 'AMQP_URL', 'RABBITMQ_HOST')) return [];
    return findServerScript(provision) === undefined ? ['rabbitmq-server'] : [];
  },
  strategies: (provision) => [
    { name: 'configured', tryProvide: () => configured(provision) },
    { name: 'private node', tryProvide: () => privateNode(provision) },
  ],
};

async function configured(provision: Provision): Promise<Broker | undefined> {
  if (!isConfigured(provision, 'AMQP_URL', 'RABBITMQ_HOST')) return undefined;
  const { amqpUrl } = provision.settings;
  provision.progress.step('rabbitmq', `connecting to ${String(amqpUrl)}`);
  await handshake(amqpUrl);
  provision.progress.done('rabbitmq', `configured broker at ${String(amqpUrl)}`);
  return { amqpUrl: amqpUrl.reveal() };
}

async function privateNode(provision: Provision): Promise<Broker> {
  const script = findServerScript(provision);
  if (script === undefined) {
    throw new ServiceError('RabbitMQ was not found after its package was installed.', {
      remedy: 'dpkg -L rabbitmq-server | grep bin/rabbitmq-server',
    });
  }
  const { ports } = await providePrivate(provision, {
    service: 'rabbitmq',
    strategy: 'private node',
    portPurposes: ['amqp', 'distribution', 'epmd'],
    dataDirectories: [join(provision.checkout.localDirectory, 'rabbitmq')],
    address: (chosen) => `127.0.0.1:${chosen.amqp}`,
    prepare: async (chosen) => prepareNode(provision, script, chosen),
    isAnswering: (record) => answers(urlOf(record.ports.amqp)),
  });
  return { amqpUrl: urlOf(ports.amqp) };
}

function prepareNode(
  provision: Provision,
  script: string,
  ports: Readonly<Record<string, number>>,
): readonly DaemonSpec[] {
  const { checkout } = provision;
  const directory = join(checkout.localDirectory, 'rabbitmq');
  const home = join(directory, 'home');
  for (const path of [home, join(directory, 'mnesia'), join(directory, 'log')])
    mkdirSync(path, { recursive: true });
  const file = (name: string, content: string) => {
    writeFileSync(join(directory, name), content);
    return join(directory, name);
  };
  const environment = serviceEnvironment(provision.environment, {
    HOME: home,
    ERL_EPMD_PORT: String(ports.epmd),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    RABBITMQ_CONF_ENV_FILE: file('rabbitmq-env.conf', ''),
    RABBITMQ_CONFIG_FILE: file('rabbitmq.conf', nodeConfiguration(ports.amqp)),
    RABBITMQ_ENABLED_PLUGINS_FILE: file('enabled_plugins', '[].\n'),
    RABBITMQ_NODENAME: `grader-${checkout.hash}@localhost`,
    RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
    RABBITMQ_NODE_PORT: String(ports.amqp),
    RABBITMQ_DIST_PORT: String(ports.distribution),
    RABBITMQ_MNESIA_BASE: join(directory, 'mnesia'),
    RABBITMQ_LOG_BASE: join(directory, 'log'),
    RABBITMQ_PID_FILE: join(directory, 'node.pid'),
    // The script then becomes the node instead of waiting for it: its number is the node's.
    detached: 'true',
    // One scheduler: on two cores the broker's spinning would show in the students' times.
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '+S 1:1 +A 4 -kernel inet_dist_use_interface {127,0,0,1}',
  });
  const daemon = { environment, workingDirectory: directory, stopSignal: 'SIGTERM' as const };
  return [
    {
      ...daemon,
      name: 'epmd',
      command: [
        findProgram('epmd', provision.environment) ?? 'epmd',
        ...['-port', String(ports.epmd), '-address', '127.0.0.1'],
      ],
      logFile: join(checkout.logDirectory, 'epmd.log'),
      isReady: listensOn(ports.epmd),
    },
    {
      ...daemon,
      name: 'rabbitmq',
      command: [script],
      logFile: join(checkout.logDirectory, 'rabbitmq.log'),
      isReady: async () => (await listensOn(ports.amqp)()) && (await answers(urlOf(ports.amqp))),
    },
  ];
}

function nodeConfiguration(port: number | undefined): string {
  return [
    `listeners.tcp.1 = 127.0.0.1:${port}`,
    'log.console = true',
    'log.console.level = warning',
    'log.file = false',
    'vm_memory_high_watermark.absolute = 512MB',
    '',
  ].join('\n');
}

/** The script behind Debian's wrapper: the wrapper changes to a user that cannot reach the checkout. */
function findServerScript({ environment }: Provision): string | undefined {
  return (
    findProgram('rabbitmq-server', { ...environment, PATH: '/usr/lib/rabbitmq/bin' }) ??
    findProgram('rabbitmq-server', environment)
  );
}

function urlOf(port: number | undefined): string {
  return `amqp://guest:guest@127.0.0.1:${port}/`;
}

async function answers(url: string): Promise<boolean> {
  return handshake(new Secret(url)).then(
    () => true,
    () => false,
  );
}

async function handshake(url: Secret): Promise<void> {
  const connection = await connectBroker(url, 'grader up');
  await connection.close();
}
