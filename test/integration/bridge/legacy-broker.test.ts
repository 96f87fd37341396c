import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChannelModel } from 'amqplib';
import { connect } from 'amqplib';
import getPort from 'get-port';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { projectRoot } from '../../../devstack/project-root.js';
import { applySchema } from '../../../reference-backend/apply-schema.js';
import { eventually } from '../eventually.js';
import type { CommandResult } from '../grader-command.js';
import { runGrader } from '../grader-command.js';
import { rabbitmqctl } from '../rabbitmqctl.js';
import type { TestDatabase } from '../services-fixture.js';
import { asAdmin, createTestDatabase, testServices, uniqueName } from '../services-fixture.js';
import type { TcpProxy } from '../tcp-proxy.js';
import { startTcpProxy } from '../tcp-proxy.js';
import { ungradedSubmissions } from '../ungraded-submissions.js';

// The platform's broker and that of the legacy workers; here two vhosts of one node.
const [platformVhost, legacyVhost] = [uniqueName('platform'), uniqueName('legacy')];
/** The Python worker and the backend have it in their code; neither knows another. */
const hardCodedQueue = 'grading_queue';
const directory = mkdtempSync(join(tmpdir(), 'legacy-broker-'));

let database: TestDatabase;
let wayToLegacy: TcpProxy;
let bridge: ChildProcess | undefined;
let healthUrl: string;
let environment: Record<string, string>;

beforeAll(async () => {
  const broker = new URL(testServices().amqpUrl);
  for (const vhost of [platformVhost, legacyVhost]) {
    await rabbitmqctl('add_vhost', vhost);
    const user = decodeURIComponent(broker.username || 'guest');
    await rabbitmqctl('set_permissions', '-p', vhost, user, '.*', '.*', '.*');
  }
  wayToLegacy = await startTcpProxy(at(legacyVhost));
  database = await createTestDatabase();
  await applySchema(database.url);
  await asAdmin(database.url, ungradedSubmissions(100));
  const port = await getPort();
  healthUrl = `http://127.0.0.1:${port}/readyz`;
  environment = {
    AMQP_URL: at(platformVhost),
    LEGACY_AMQP_URL: wayToLegacy.address,
    RABBITMQ_QUEUE: '',
    DATABASE_URL: database.url,
    TEMPORAL_ADDRESS: testServices().temporalAddress,
    TEMPORAL_NAMESPACE: uniqueName('legacy-broker'),
    TEMP_DIR: directory,
    BRIDGE_MODE: 'off',
    BRIDGE_HEALTH_PORT: String(port),
  };
  bridge = spawn(process.execPath, [join(projectRoot, 'dist/bridge.js')], {
    env: { PATH: process.env.PATH, ...environment },
    stdio: 'ignore',
  });
  await eventually(async () => expect(await isHealthy()).toBe(true));
});
afterAll(async () => {
  bridge?.kill('SIGTERM');
  if (bridge?.exitCode === null) await once(bridge, 'exit');
  await wayToLegacy.down();
  for (const vhost of [platformVhost, legacyVhost]) await rabbitmqctl('delete_vhost', vhost);
  await database.drop();
  rmSync(directory, { recursive: true });
});

test('a router beside a worker that knows one queue name only hands over at another broker', async () => {
  expect(await grader('mode', 'set', 'router', '--share', '50%', '--why', 'x')).toMatchObject({ status: 3 });
  const { stderr } = await grader('mode', 'set', 'router', '--share', '50%', '--why', 'x');
  expect(stderr).toMatch(/(Nobody consumes|There is no queue) grading_queue.*at the legacy workers' end/);

  const worker = await startStiffWorker(at(legacyVhost));
  const set = await grader('mode', 'set', 'router', '--share', '50%', '--why', 'x');
  expect(set).toMatchObject({ status: 0 });
  expect(set.stdout).toContain(`grading_queue at amqp://`);
  await grader('publish', '1-40');
  await expect.poll(async () => (await books()).started + worker.graded.size).toBe(40);
  const { started, forwarded } = await books();
  expect(forwarded).toBe(worker.graded.size);
  expect(Math.min(started, forwarded)).toBeGreaterThan(5);
  expect((await grader('mode', 'show')).stdout).toContain('books balance');
  expect((await grader('doctor', '--only', 'consumers')).stdout).toMatch(
    /ok .*1 consumer\(s\) of grading_queue at amqp:/,
  );
  await worker.close();
});

test('what waits at the legacy broker is seen, and comes back by drain', async () => {
  await grader('mode', 'set', 'router', '--share', '0%', '--why', 'x', '--force');
  await grader('publish', '41-44');
  await expect.poll(() => waiting(legacyVhost)).toBe(4);
  const doctor = await grader('doctor', '--only', 'consumers');
  expect(doctor.stdout).toMatch(/failed .*0 consumer\(s\) of grading_queue at amqp:.*waits for nobody/);
  expect((await grader('doctor', '--only', 'queue depth')).stdout).toContain(
    "4 in grading_queue of the legacy workers' broker",
  );
  expect((await grader('status')).stdout).toContain("legacy workers' 4 waiting, 0 consumer(s)");
  await grader('mode', 'set', 'off', '--why', 'drain');
  expect(await grader('drain', 'legacy')).toMatchObject({
    status: 2,
    stdout: expect.stringContaining('4 message(s) wait in'),
    stderr: expect.stringContaining('Nothing was done'),
  });
  expect((await grader('drain', 'legacy', '--yes')).stdout).toContain(
    "4 message(s) moved from grading_queue of the legacy workers' broker to grading_queue",
  );
  expect([await waiting(platformVhost), await waiting(legacyVhost)]).toEqual([4, 0]);
});

test('while the legacy broker is down the router takes nothing, is red, and loses nothing', async () => {
  const before = await waiting(platformVhost);
  await wayToLegacy.down();
  await grader('mode', 'set', 'router', '--share', '0%', '--why', 'x', '--force');
  await grader('publish', '45-50');
  await expect.poll(isHealthy).toBe(false);
  await expect
    .poll(async () => (await report()).unavailableReason)
    .toMatch(/Failed to connect to RabbitMQ|legacy connection closed/);
  expect((await grader('status')).stdout).toContain("legacy workers' queue not seen");
  await wayToLegacy.up();
  await expect.poll(() => waiting(legacyVhost)).toBe(before + 6);
  expect(await waiting(platformVhost)).toBe(0);
  await expect.poll(isHealthy).toBe(true);
});

function grader(...words: string[]): Promise<CommandResult> {
  return runGrader(words, environment);
}

function at(vhost: string): string {
  const url = new URL(testServices().amqpUrl);
  url.pathname = `/${encodeURIComponent(vhost)}`;
  return url.href;
}

interface StiffWorker {
  readonly graded: ReadonlySet<number>;
  close(): Promise<void>;
}

/** Declares and consumes as the Python worker does: this queue, plainly, prefetch 1, and no other setting than the broker. */
async function startStiffWorker(url: string): Promise<StiffWorker> {
  const connection = await connect(url);
  const channel = await connection.createChannel();
  await channel.assertQueue(hardCodedQueue, { durable: true });
  await channel.prefetch(1);
  const graded = new Set<number>();
  await channel.consume(hardCodedQueue, (message) => {
    if (message === null) return;
    graded.add(JSON.parse(message.content.toString()).submission_id);
    channel.ack(message);
  });
  return { graded, close: () => connection.close() };
}

async function waiting(vhost: string): Promise<number> {
  let connection: ChannelModel | undefined;
  try {
    connection = await connect(at(vhost));
    const channel = await connection.createChannel();
    return (await channel.assertQueue(hardCodedQueue, { durable: true })).messageCount;
  } finally {
    await connection?.close();
  }
}

async function report() {
  const response = await fetch(healthUrl);
  return (await response.json()) as {
    isHealthy: boolean;
    unavailableReason?: string;
    started: number;
    forwarded: number;
  };
}

const books = report;

async function isHealthy(): Promise<boolean> {
  return report().then(
    ({ isHealthy: healthy }) => healthy,
    () => false,
  );
}
