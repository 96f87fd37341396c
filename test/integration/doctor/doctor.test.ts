import { once } from 'node:events';
import type { RequestListener, Server } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createServer as createTcpServer } from 'node:net';
import { msToTs } from '@temporalio/common/lib/time.js';
import type { ChannelModel } from 'amqplib';
import Docker from 'dockerode';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freePort } from '../../../cli/stack/free-port.js';
import { connectBroker } from '../../../platform/amqp/broker-connection.js';
import { Secret } from '../../../platform/secret.js';
import { loadSettings } from '../../../platform/settings.js';
import { createTemporalClient } from '../../../platform/temporal/connection.js';
import { applySchema } from '../../../reference-backend/apply-schema.js';
import { eventually } from '../eventually.js';
import { runGrader } from '../grader-command.js';
import type { TestStack } from '../grading/stack-fixture.js';
import { createTestStack, required } from '../grading/stack-fixture.js';
import type { TestDatabase } from '../services-fixture.js';
import { createTestDatabase, uniqueName } from '../services-fixture.js';
import { openManagementPlugin } from './management-plugin.js';

type Settings = Readonly<Record<string, string>>;

let stack: TestStack;
let broker: ChannelModel;
let scratch: TestDatabase;
let docker: Docker;
const clean: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  stack = await createTestStack();
  broker = await connectBroker(new Secret(stack.places.amqpUrl), 'doctor test');
  scratch = await createTestDatabase();
  await applySchema(scratch.url);
  docker = new Docker({ socketPath: stack.places.dockerHost.replace('unix://', '') });
  await Promise.all([stack.start('backend'), stack.start('worker'), stack.start('bridge')]);
});

afterAll(async () => {
  await stack.stop();
  for (const each of clean.reverse()) await each();
  await broker.close();
  await scratch.drop();
});

async function asAdmin(statement: string, url = scratch.url): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** A database of the platform that somebody has changed. */
async function databaseAfter(statement: string): Promise<Settings> {
  const database = await createTestDatabase();
  await applySchema(database.url);
  await asAdmin(statement, database.url);
  clean.push(() => database.drop());
  return { DATABASE_URL: database.url };
}

async function serve(listener: RequestListener): Promise<string> {
  const server: Server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  clean.push(async () => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function withPort(url: string, port: number): string {
  const changed = new URL(url);
  changed.port = String(port);
  return changed.href;
}

/** A login that may do what is granted, and its URL. */
async function loginWith(grant: string): Promise<Settings> {
  const role = uniqueName('reader').replaceAll('-', '_');
  await asAdmin(`create role ${role} login password 'secret'; grant ${grant} to ${role}`);
  clean.push(() => asAdmin(`drop owned by ${role}; drop role ${role}`));
  const url = new URL(scratch.url);
  url.username = role;
  url.password = 'secret';
  return { DATABASE_URL: url.href };
}

async function queueWith(options: { arguments?: object; durable?: boolean }): Promise<Settings> {
  const name = uniqueName('doctor');
  const channel = await broker.createChannel();
  await channel.assertQueue(name, { durable: true, ...options });
  clean.push(async () => (await broker.createChannel()).deleteQueue(name));
  await channel.close();
  return { RABBITMQ_QUEUE: name };
}

async function namespaceKeptFor(days: number): Promise<Settings> {
  const name = uniqueName('doctor');
  const temporal = createTemporalClient(loadSettings(stack.environment).temporal);
  await temporal.connection.workflowService.registerNamespace({
    namespace: name,
    workflowExecutionRetentionPeriod: msToTs(days * 86_400_000),
  });
  await eventually(() => temporal.connection.workflowService.describeNamespace({ namespace: name }));
  await temporal.close();
  return { TEMPORAL_NAMESPACE: name };
}

async function imageAfter(script: string): Promise<Settings> {
  const tag = uniqueName('doctor');
  const image = required('GRADER_TEST_IMAGE');
  const container = await docker.createContainer({ Image: image, Cmd: ['/bin/sh', '-c', script] });
  await container.start();
  await container.wait();
  await container.commit({ repo: tag });
  await container.remove({ force: true });
  clean.push(() => docker.getImage(tag).remove({ force: true }));
  return { DOCKER_IMAGE: tag };
}

/** Check, what is wrong, how it is made so, and the state and line that the doctor must come to. */
const provoked: readonly [
  check: string,
  fault: string,
  make: () => Settings | Promise<Settings>,
  state: 'warning' | 'failed',
  seen: RegExp,
  mend: RegExp,
][] = [
  [
    'disk',
    'less disk than is asked for',
    () => ({ DOCTOR_MIN_DISK: '90000000' }),
    'failed',
    /MiB free in .*DOCTOR_MIN_DISK asks for 90000000/,
    /^du -xhd1/,
  ],
  [
    'disk',
    'a scratch directory that cannot be made',
    () => ({ TEMP_DIR: '/etc/passwd/grader' }),
    'failed',
    /ENOTDIR.*\/etc\/passwd\/grader/,
    /TEMP_DIR/,
  ],
  [
    'memory',
    'less memory than is asked for',
    () => ({ DOCTOR_MIN_MEMORY: '90000000' }),
    'warning',
    /below DOCTOR_MIN_MEMORY/,
    /CONTAINER_POOL_SIZE/,
  ],
  [
    'clock',
    'a backend whose clock is an hour late',
    async () => ({
      BACKEND_API_URL: await serve((_request, response) => {
        response.setHeader('date', new Date(Date.now() - 3_600_000).toUTCString());
        response.end();
      }),
    }),
    'failed',
    /backend −3[56]\d\d\.\d s/,
    /timedatectl/,
  ],
  [
    'Docker engine',
    'no engine at the socket',
    () => ({ DOCKER_HOST: 'unix:///nonexistent/docker.sock' }),
    'failed',
    /^Failed to get container from pool: no Docker engine answers at \/nonexistent/,
    /systemctl start docker/,
  ],
  [
    'Docker engine',
    'a runtime that Docker does not have',
    () => ({ SANDBOX_RUNTIME: 'no-such-runtime' }),
    'failed',
    /no runtime no-such-runtime/,
    /^docker info/,
  ],
  [
    'sandbox image',
    'an image that is not there',
    () => ({ DOCKER_IMAGE: 'no-such-image' }),
    'failed',
    /no image "no-such-image"/,
    /^docker pull/,
  ],
  [
    'sandbox tools',
    'an image without a compiler',
    () => imageAfter('rm -f /usr/bin/g++* /usr/bin/gcc*'),
    'failed',
    /lacks gcc, g\+\+/,
    /^apt-get install -y build-essential/,
  ],
  [
    'sandbox tools',
    'an image without Java',
    () => imageAfter('rm -f /usr/bin/java /usr/bin/javac'),
    'warning',
    /submissions in Java fail/,
    /default-jdk-headless/,
  ],
  [
    'broker',
    'a wrong port',
    async () => ({ AMQP_URL: withPort(stack.places.amqpUrl, await freePort()) }),
    'failed',
    /^Failed to connect to RabbitMQ at amqp:\/\/guest:\*\*\*@.*ECONNREFUSED/,
    /^nc -vz 127\.0\.0\.1/,
  ],
  [
    'broker',
    'a wrong password',
    () => ({ AMQP_URL: stack.places.amqpUrl.replace('guest:guest', 'guest:wrong') }),
    'failed',
    /^Failed to connect to RabbitMQ.*User, password or vhost are wrong/,
    /rabbitmqctl list_permissions/,
  ],
  [
    'broker',
    'a server that says nothing',
    async () => {
      const silent = createTcpServer(() => undefined).listen(0, '127.0.0.1');
      await once(silent, 'listening');
      clean.push(async () => silent.close());
      return { AMQP_URL: withPort(stack.places.amqpUrl, (silent.address() as AddressInfo).port) };
    },
    'failed',
    /^Failed to connect to RabbitMQ.*(no answer within|timeout|ETIMEDOUT)/i,
    /^nc -vz/,
  ],
  [
    'queue',
    'a queue that nobody has declared',
    () => ({ RABBITMQ_QUEUE: uniqueName('nowhere') }),
    'failed',
    /there is no queue nowhere-/,
    /^rabbitmqctl list_queues/,
  ],
  [
    'queue type and policy',
    'a quorum queue',
    () => queueWith({ arguments: { 'x-queue-type': 'quorum' } }),
    'failed',
    /inequivalent arg 'x-queue-type'.*declarations are refused/,
    /^empty it, then: rabbitmqctl delete_queue/,
  ],
  [
    'queue type and policy',
    'a queue of limited length',
    () => queueWith({ arguments: { 'x-max-length': 10 } }),
    'failed',
    /inequivalent arg 'x-max-length'/,
    /rabbitmqctl delete_queue/,
  ],
  [
    'consumers',
    'a queue from which nobody takes',
    () => queueWith({}),
    'failed',
    /nobody takes messages from doctor-/,
    /\.\/grader bridge/,
  ],
  [
    'queue depth',
    'a message in quarantine',
    async () => {
      const settings = await queueWith({});
      const quarantine = `${settings.RABBITMQ_QUEUE}.quarantine`;
      const channel = await broker.createConfirmChannel();
      await channel.assertQueue(quarantine, { durable: true });
      clean.push(async () => (await broker.createChannel()).deleteQueue(quarantine));
      channel.sendToQueue(quarantine, Buffer.from('?'));
      await channel.waitForConfirms();
      return settings;
    },
    'warning',
    /1 in quarantine/,
    /grader quarantine list/,
  ],
  [
    'database',
    'a wrong port',
    async () => ({ DATABASE_URL: withPort(scratch.url, await freePort()) }),
    'failed',
    /^Failed to connect to database at postgresql:\/\/postgres:\*\*\*@.*ECONNREFUSED/,
    /^pg_isready/,
  ],
  [
    'database',
    'a wrong password',
    () => {
      const url = new URL(scratch.url);
      url.password = 'wrong';
      return { DATABASE_URL: url.href };
    },
    'failed',
    /^Failed to connect to database.*password authentication failed/,
    /psql/,
  ],
  [
    'database',
    'a database that does not exist',
    () => ({ DATABASE_URL: scratch.url.replace(scratch.name, 'no_such_database') }),
    'failed',
    /^Failed to connect to database.*"no_such_database" does not exist/,
    /psql/,
  ],
  [
    'schema',
    'a database without the tables',
    () => ({ DATABASE_URL: required('GRADER_TEST_DATABASE_URL') }),
    'failed',
    /no table submissions/,
    /^psql/,
  ],
  [
    'schema',
    'a column that gradings need is missing',
    () => databaseAfter('alter table test_cases drop column points'),
    'failed',
    /no column test_cases\.points/,
    /\\d test_cases/,
  ],
  [
    'schema',
    'an older schema',
    () => databaseAfter('alter table problems drop column language_limits'),
    'warning',
    /no problems\.language_limits: every language has the limits of the problem/,
    /migrations/,
  ],
  [
    'rights',
    'a role that may only read',
    () => loginWith('select on all tables in schema public'),
    'warning',
    /may read, but not write: update submissions, insert submission_results.*written by the backend alone/,
    /grant update on submissions/,
  ],
  [
    'rights',
    'a role that may only read, where recording is demanded',
    async () => ({ ...(await loginWith('select on all tables in schema public')), RECORD_RESULT: 'always' }),
    'failed',
    /RECORD_RESULT=always demands it/,
    /grant update on submissions/,
  ],
  [
    'rights',
    'a role that may read one table',
    () => loginWith('select on problems'),
    'failed',
    /may not read submissions, test_cases, submission_results/,
    /grant select on submissions/,
  ],
  [
    'result path',
    'a wrong path',
    () => ({ BACKEND_RESULT_PATH: '/api/internal/submissions/{submission_id}/result' }),
    'failed',
    /answered 404 to POST .*\/api\/internal.*not the backend's own answer/,
    /^curl -i -X POST/,
  ],
  [
    'result path',
    'a backend that is down',
    async () => ({ BACKEND_API_URL: `http://127.0.0.1:${await freePort()}` }),
    'failed',
    /The backend cannot be reached.*ECONNREFUSED/,
    /^curl -i http/,
  ],
  [
    'result path',
    'a server that takes anything',
    async () => ({ BACKEND_API_URL: await serve((_request, response) => response.end('{}')) }),
    'failed',
    /took a result of a submission that does not exist/,
    /^curl/,
  ],
  [
    'result path',
    'a backend in trouble',
    async () => ({
      BACKEND_API_URL: await serve((_request, response) => {
        response.writeHead(500);
        response.end('no database');
      }),
    }),
    'failed',
    /answered 500.*The backend or its database is in trouble/,
    /^curl/,
  ],
  [
    'Temporal server',
    'a wrong port',
    async () => ({ TEMPORAL_ADDRESS: `127.0.0.1:${await freePort()}` }),
    'failed',
    /^Failed to connect to Temporal at .*ECONNREFUSED/,
    /^temporal operator cluster health/,
  ],
  [
    'namespace',
    'a namespace that does not exist',
    () => ({ TEMPORAL_NAMESPACE: 'no-such-namespace' }),
    'failed',
    /there is no namespace no-such-namespace/,
    /^temporal operator namespace create .*no-such-namespace/,
  ],
  [
    'namespace',
    'histories that are kept for a day',
    () => namespaceKeptFor(1),
    'warning',
    /keeps histories for 1 day/,
    /namespace update .*--retention 7d/,
  ],
  [
    'search attributes',
    'a namespace without ours',
    () => namespaceKeptFor(7),
    'warning',
    /^(\d+) of \1 are missing.*SubmissionId/,
    /search-attribute create .*--name Score --type Int/,
  ],
  [
    'pollers: workflows',
    'no worker',
    () => namespaceKeptFor(7),
    'failed',
    /no worker polls grading for workflow tasks/,
    /\.\/grader worker/,
  ],
  [
    'pollers: containers',
    'a worker whose image is missing',
    async () => {
      const settings = await namespaceKeptFor(7);
      const worker = await stack.start('worker', { ...settings, DOCKER_IMAGE: 'none', HOST_ID: 'imageless' });
      clean.push(() => worker.stop());
      return settings;
    },
    'warning',
    /nobody polls grading-sandbox/,
    /Failed to get container from pool/,
  ],
];

it('finds nothing wrong with a stack that works, and changes nothing', async () => {
  // The first start of a worker makes the warm image.
  await eventually(
    async () => {
      const { status, stdout } = await runGrader(['doctor'], stack.environment);
      expect(stdout).toMatch(/\b1 warning\(s\), 0 failed/);
      expect(status).toBe(0);
      process.stdout.write(stdout);
    },
    { timeoutMs: 60_000 },
  );
  const { stdout } = await runGrader(['doctor', '--json'], stack.environment);
  const { checks } = JSON.parse(stdout) as { checks: { name: string; state: string; seen: string }[] };
  expect(checks.filter(({ state }) => state !== 'ok').map(({ name }) => name)).toEqual(['backup']);
  const seen = Object.fromEntries(checks.map((check) => [check.name, check.seen]));
  expect(seen['pollers: hosts']).toBe(`grading-host-${stack.environment.HOST_ID}`);
  expect(seen['queue type and policy']).toMatch(/^durable, no arguments; type and policy not seen/);
  expect(stdout).not.toMatch(/guest:guest|postgres:(?!\*)/);
  const left = await docker.listContainers({
    all: true,
    filters: { label: ['temporal-grading-engine.owner'] },
  });
  expect(left.filter(({ Labels }) => Labels['temporal-grading-engine.owner']?.startsWith('doctor'))).toEqual(
    [],
  );
});

it.each(provoked)('%s: sees %s', async (check, fault, make, state, seen, mend) => {
  const settings = await make();
  await eventually(
    async () => {
      const { status, stdout, stderr } = await runGrader(['doctor', '--json', '--only', check], {
        ...stack.environment,
        ...settings,
      });
      expect(stderr).toBe('');
      const found = (JSON.parse(stdout) as { checks: { name: string }[] }).checks.find(
        ({ name }) => name === check,
      ) as { state: string; seen: string; mend?: string } | undefined;
      expect(found).toMatchObject({
        state,
        seen: expect.stringMatching(seen),
        mend: expect.stringMatching(mend),
      });
      expect(status).toBe(state === 'failed' ? 1 : 0);
      process.stdout.write(`${fault}\n  ${state}  ${check}: ${found?.seen}\n  mend: ${found?.mend}\n`);
    },
    { timeoutMs: 10_000 },
  );
});

it('tells old workers that a router forwards for nobody', async () => {
  await runGrader(['mode', 'set', 'router', '--share', '50%', '--why', 'doctor'], stack.environment);
  const words = ['doctor', '--only', 'consumers'];
  const { status, stdout } = await runGrader(words, stack.environment);
  process.stdout.write(stdout);
  expect(stdout).toMatch(/failed +consumers +router 50 %; 0 consumer\(s\) of .*waits for nobody/);
  expect(status).toBe(1);
  await runGrader(['mode', 'set', 'equal', '--why', 'doctor'], stack.environment);
  expect((await runGrader(words, stack.environment)).stdout).toMatch(/ok +consumers +1 of 1 bridge/);
});

it('sees type, policy and consumers by the management API where there is one', async () => {
  const management = await openManagementPlugin();
  try {
    const settings = { ...stack.environment, RABBITMQ_MANAGEMENT_URL: management.url };
    const words = ['doctor', '--only', 'queue type and policy', 'consumers', 'clock'];
    await eventually(async () => {
      const { stdout } = await runGrader(words, settings);
      expect(stdout).toMatch(/queue type and policy durable, no arguments, classic, no policy/);
      expect(stdout).toMatch(/consumers at 127\.0\.0\.1/);
      expect(stdout).toMatch(/clock .*RabbitMQ/);
    });
    await management.setPolicy(stack.places.queue, { 'message-ttl': 60_000 });
    await eventually(async () => {
      const { status, stdout } = await runGrader(words, settings);
      expect(stdout).toMatch(
        /warning queue type and policy .*policy doctor \{"message-ttl":60000\}.*dropped/,
      );
      expect(status).toBe(0);
      process.stdout.write(stdout);
    });
    const refused = await runGrader(words, {
      ...settings,
      RABBITMQ_MANAGEMENT_URL: management.url.replace('guest:guest', 'guest:wrong'),
    });
    expect(refused.stdout).toMatch(/type and policy not seen: the management API at .* answered 401/);
  } finally {
    await management.clearPolicy().catch(() => undefined);
    await management.close();
  }
}, 240_000);

it('says which checks there are when asked for another', async () => {
  const { status, stderr } = await runGrader(['doctor', '--only', 'weather'], stack.environment);
  expect(status).toBe(1);
  expect(stderr).toMatch(/There is no check "weather"\. There are: Node\.js, memory/);
});
