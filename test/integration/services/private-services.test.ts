import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Readable } from 'node:stream';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { describeCheckout } from '../../../devstack/services/checkout.js';
import {
  findRootAccess,
  prefixed,
  runCommand,
  serviceEnvironment,
} from '../../../devstack/services/command.js';
import type { ServiceAddresses } from '../../../devstack/services/index.js';
import { provideServices, stopServices } from '../../../devstack/services/index.js';
import { processesNaming } from '../../../devstack/services/leftover-processes.js';
import { mountsBelow } from '../../../devstack/services/mounts.js';
import { identifyProcess } from '../../../devstack/services/process-identity.js';
import type { Progress } from '../../../devstack/services/progress.js';
import { connectDocker, dockerAddress } from '../../../sandbox/docker.js';

const silent: Progress = { step: () => undefined, done: () => undefined };
/** Without addresses, so that nothing counts as configured. */
const environment = { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '/' };

describe('private services in a checkout of their own', () => {
  let root = '';
  const up = (only: Parameters<typeof provideServices>[0]): Promise<ServiceAddresses> =>
    provideServices({ root, environment, progress: silent, ...only });
  const down = (purge = false) => stopServices({ root, environment, progress: silent, purge });

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'grader-services-'));
    chmodSync(root, 0o755);
  });
  afterEach(async () => {
    await down(true);
    const { localDirectory, outsideDirectory } = describeCheckout(root);
    expect(processesNaming([localDirectory, outsideDirectory])).toEqual([]);
    expect(mountsBelow([localDirectory, outsideDirectory])).toEqual([]);
    expect(existsSync(outsideDirectory)).toBe(false);
    rmSync(root, { recursive: true });
  });

  it('keeps the data of a server that was killed, and starts it again under the same address', async () => {
    const first = await up({ only: ['postgres'] });
    await query(first.databaseUrl, 'create table kept as select 42 as answer');
    process.kill(first.processes.postgres ?? 0, 'SIGKILL');
    await expect.poll(() => identifyProcess(first.processes.postgres ?? 0)).toBe(undefined);
    const second = await up({ only: ['postgres'] });
    expect(second.databaseUrl).toBe(first.databaseUrl);
    expect(await query(second.databaseUrl, 'select answer from kept')).toEqual([{ answer: 42 }]);
    await down();
    expect(identifyProcess(second.processes.postgres ?? 0)).toBe(undefined);
  });

  it('takes another program on a port that it had for neither its own nor in its way', async () => {
    const first = await up({ only: ['postgres'] });
    await down();
    const stranger = createServer().listen(portOf(first.databaseUrl), '127.0.0.1');
    await once(stranger, 'listening');
    await down();
    const second = await up({ only: ['postgres'] });
    expect(second.databaseUrl).not.toBe(first.databaseUrl);
    await down();
    stranger.close();
  });

  it('starts one server for two commands at the same time', async () => {
    const [first, second] = await Promise.all([up({ only: ['postgres'] }), up({ only: ['postgres'] })]);
    expect(second).toEqual(first);
  });

  it('keeps the histories of Temporal for their owner alone', async () => {
    await up({ only: ['temporal'] });
    const folder = join(describeCheckout(root).localDirectory, 'temporal');
    const modes = readdirSync(folder).map((name) => statSync(join(folder, name)).mode & 0o777);
    expect(modes.length).toBeGreaterThan(0);
    expect([statSync(folder).mode & 0o777, ...new Set(modes)]).toEqual([0o700, 0o600]);
  });

  it('finds another place for the data when the checkout is private to root', async () => {
    chmodSync(root, 0o700);
    const { databaseUrl } = await up({ only: ['postgres'] });
    expect(await query(databaseUrl, 'select 1 as one')).toEqual([{ one: 1 }]);
  });

  it('serves from a path with blanks and signs of addresses, also to a shell that lets nobody else read', async () => {
    rmSync(root, { recursive: true });
    root = mkdtempSync(join(tmpdir(), "grader-odd #%20d(é)'-"));
    process.umask(0o077);
    const services = await up({ only: ['docker', 'rabbitmq', 'postgres', 'temporal'] });
    expect(await query(services.databaseUrl, 'select 1 as one')).toEqual([{ one: 1 }]);
    await connectDocker(dockerAddress(services.dockerHost)).ping();
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith('grader-odd'))).toEqual([basename(root)]);
  });

  it('leaves neither node nor port mapper of RabbitMQ behind, even when the node was killed', async () => {
    const first = await up({ only: ['rabbitmq'] });
    for (const name of ['epmd', 'rabbitmq']) process.kill(first.processes[name] ?? 0, 'SIGKILL');
    for (const name of ['epmd', 'rabbitmq']) {
      await expect.poll(() => identifyProcess(first.processes[name] ?? 0)).toBe(undefined);
    }
    const second = await up({ only: ['rabbitmq'] });
    expect(second.amqpUrl).toBe(first.amqpUrl);
    await down();
    for (const name of ['epmd', 'rabbitmq']) {
      expect(identifyProcess(second.processes[name] ?? 0)).toBe(undefined);
    }
  });

  it('can remove a container that was about to start when its engine was stopped', async () => {
    const first = await up({ only: ['docker'] });
    const engine = connectDocker(dockerAddress(first.dockerHost));
    const emptyArchive = Readable.from([Buffer.alloc(1024)]);
    await engine.importImage(emptyArchive, { repo: 'nothing', tag: 'here' });
    const container = await engine.createContainer({ Image: 'nothing:here', Cmd: ['/none'] });
    const { GraphDriver } = await container.inspect();
    // The client's declaration knows the driver devicemapper only.
    const { MergedDir: merged = '' } = GraphDriver.Data as Partial<Record<string, string>>;
    process.kill(first.processes.dockerd ?? 0, 'SIGTERM');
    await expect.poll(() => identifyProcess(first.processes.dockerd ?? 0)).toBe(undefined);
    // As the engine itself does when a start overtakes its own cleaning up.
    const access = (await findRootAccess(environment)) ?? { prefix: [] };
    for (const command of [
      ['mkdir', '-p', merged],
      ['mount', '-t', 'tmpfs', 'left', merged],
    ] as const) {
      await runCommand(prefixed(access.prefix, command), { environment: serviceEnvironment(environment) });
    }
    await up({ only: ['docker'] });
    await container.remove({ force: true });
    expect(await engine.listContainers({ all: true })).toEqual([]);
  });
});

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows as unknown[];
  } finally {
    await client.end();
  }
}

function portOf(url: string): number {
  return Number(new URL(url).port);
}
