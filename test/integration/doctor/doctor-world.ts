import { once } from 'node:events';
import { mkdtemp, rm, symlink } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { msToTs } from '@temporalio/common/lib/time.js';
import type { ChannelModel } from 'amqplib';
import type Docker from 'dockerode';
import { connectBroker } from '../../../platform/amqp/broker-connection.js';
import { Secret } from '../../../platform/settings/secret.js';
import { loadSettings } from '../../../platform/settings/settings.js';
import { createTemporalClient } from '../../../platform/temporal/connection.js';
import { applySchema } from '../../../reference-backend/apply-schema.js';
import { connectDocker, dockerAddress } from '../../../sandbox/docker.js';
import { eventually } from '../eventually.js';
import type { TestStack } from '../grading/stack-fixture.js';
import { createTestStack, required } from '../grading/stack-fixture.js';
import type { TestDatabase } from '../services-fixture.js';
import { asAdmin, createTestDatabase, uniqueName } from '../services-fixture.js';

export type Settings = Readonly<Record<string, string>>;

/** A stack that works, and ways to break a part of it; everything made here is removed by `close`. */
export class DoctorWorld {
  readonly stack: TestStack;
  readonly broker: ChannelModel;
  readonly scratch: TestDatabase;
  readonly docker: Docker;
  readonly #clean: (() => Promise<unknown>)[] = [];

  private constructor(stack: TestStack, broker: ChannelModel, scratch: TestDatabase) {
    this.stack = stack;
    this.broker = broker;
    this.scratch = scratch;
    this.docker = connectDocker(dockerAddress(stack.places.dockerHost));
  }

  static async open(): Promise<DoctorWorld> {
    const stack = await createTestStack();
    const broker = await connectBroker(new Secret(stack.places.amqpUrl), 'doctor test');
    const scratch = await createTestDatabase();
    await applySchema(scratch.url);
    await Promise.all([stack.start('backend'), stack.start('worker'), stack.start('bridge')]);
    return new DoctorWorld(stack, broker, scratch);
  }

  async close(): Promise<void> {
    await this.stack.stop();
    for (const each of this.#clean.reverse()) await each();
    await this.broker.close();
    await this.scratch.drop();
  }

  /** Undone at the end, the latest first. */
  later(undo: () => Promise<unknown>): void {
    this.#clean.push(undo);
  }

  /** A database of the platform that somebody has changed, made with options of `create database`. */
  async databaseAfter(statement: string, options = ''): Promise<Settings> {
    const database = await createTestDatabase(options);
    await applySchema(database.url);
    await asAdmin(database.url, statement);
    this.later(() => database.drop());
    return { DATABASE_URL: database.url };
  }

  /** As somebody else could have left it where everybody may write. */
  async linkedDirectory(): Promise<string> {
    const directory = await mkdtemp(join(tmpdir(), 'doctor-'));
    this.later(() => rm(directory, { recursive: true }));
    await symlink('/', join(directory, 'engine'));
    return directory;
  }

  async serve(listener: RequestListener): Promise<string> {
    const server = createServer(listener);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    this.later(async () => server.close());
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** A login that may do what is granted, and its URL. */
  async loginWith(grant: string, { DATABASE_URL = this.scratch.url }: Settings = {}): Promise<Settings> {
    const role = uniqueName('reader').replaceAll('-', '_');
    await asAdmin(DATABASE_URL, `create role ${role} login password 'secret'; grant ${grant} to ${role}`);
    this.later(() => asAdmin(DATABASE_URL, `drop owned by ${role}; drop role ${role}`));
    const url = new URL(DATABASE_URL);
    url.username = role;
    url.password = 'secret';
    return { DATABASE_URL: url.href };
  }

  async queueWith(options: { arguments?: object; durable?: boolean }): Promise<Settings> {
    const name = uniqueName('doctor');
    const channel = await this.broker.createChannel();
    await channel.assertQueue(name, { durable: true, ...options });
    this.later(async () => (await this.broker.createChannel()).deleteQueue(name));
    await channel.close();
    return { RABBITMQ_QUEUE: name };
  }

  async namespaceKeptFor(days: number): Promise<Settings> {
    const name = uniqueName('doctor');
    const temporal = createTemporalClient(loadSettings(this.stack.environment).temporal);
    await temporal.connection.workflowService.registerNamespace({
      namespace: name,
      workflowExecutionRetentionPeriod: msToTs(days * 86_400_000),
    });
    await eventually(() => temporal.connection.workflowService.describeNamespace({ namespace: name }));
    await temporal.close();
    return { TEMPORAL_NAMESPACE: name };
  }

  /** As a worker has while it makes the image. */
  async buildOfWarmImage(): Promise<void> {
    const container = await this.docker.createContainer({
      name: `temporal-grading-engine-sandbox-build-${uniqueName('doctor')}`,
      Image: required('GRADER_TEST_IMAGE'),
      Cmd: ['sleep', '600'],
    });
    this.later(() => container.remove({ force: true }));
    await container.start();
  }

  async imageAfter(script: string): Promise<Settings> {
    const tag = uniqueName('doctor');
    const image = required('GRADER_TEST_IMAGE');
    const container = await this.docker.createContainer({ Image: image, Cmd: ['/bin/sh', '-c', script] });
    await container.start();
    await container.wait();
    await container.commit({ repo: tag });
    await container.remove({ force: true });
    this.later(() => this.docker.getImage(tag).remove({ force: true }));
    return { DOCKER_IMAGE: tag };
  }
}

export function withPort(url: string, port: number): string {
  const changed = new URL(url);
  changed.port = String(port);
  return changed.href;
}
