import { once } from 'node:events';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer } from 'node:net';
import pMap from 'p-map';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { applySchema } from '../../../reference-backend/apply-schema.js';
import { runsAll } from '../../runs-all.js';
import { startGrader } from '../grader-command.js';
import { brakeCommands, operatorCommands } from '../operator-commands.js';
import { rabbitmqctl } from '../rabbitmqctl.js';
import type { TestDatabase } from '../services-fixture.js';
import { createTestDatabase, testServices } from '../services-fixture.js';
import type { BridgeFixture } from './bridge-fixture.js';
import { createBridgeFixture } from './bridge-fixture.js';

const commands = runsAll ? operatorCommands : brakeCommands;
/** On a quiet machine a third of it is enough; none may keep its operator in the dark for longer. */
const silentAtMostMs = 30_000;

let fixture: BridgeFixture;
let database: TestDatabase;
let mute: { readonly port: number; readonly server: Server };
const sockets = new Set<Socket>();

beforeAll(async () => {
  fixture = await createBridgeFixture();
  // Whom to ask, with all that its answer takes.
  await fixture.start({ setting: { mode: 'equal' }, followsControl: true });
  database = await createTestDatabase();
  await applySchema(database.url);
  // What a frozen service looks like from outside: the kernel accepts, and nobody answers.
  const server = createServer((socket) => void sockets.add(socket)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  mute = { port: (server.address() as AddressInfo).port, server };
});
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  mute.server.close();
  await fixture.clean();
  await database.drop();
});

const nothing = async (): Promise<unknown> => undefined;
const wide = () => rabbitmqctl('set_vm_memory_high_watermark', 'absolute', '512MB');
const faults = [
  ['a memory alarm', {}, () => rabbitmqctl('set_vm_memory_high_watermark', '0.00001'), wide],
  [
    'a disk alarm',
    {},
    () => rabbitmqctl('set_disk_free_limit', '100000GB'),
    () => rabbitmqctl('set_disk_free_limit', '50MB'),
  ],
  ['a broker that is frozen', { AMQP_URL: () => `amqp://127.0.0.1:${mute.port}/` }, nothing, nothing],
  ['a broker that is down', { AMQP_URL: () => 'amqp://127.0.0.1:1/' }, nothing, nothing],
  ['a Temporal that is frozen', { TEMPORAL_ADDRESS: () => `127.0.0.1:${mute.port}` }, nothing, nothing],
  [
    'a PostgreSQL that is frozen',
    { DATABASE_URL: () => `postgresql://u:p@127.0.0.1:${mute.port}/x` },
    nothing,
    nothing,
  ],
] as const;

describe.each(faults)('during %s', (what, settings, begin, end) => {
  test('no command of the operators is silent for long, or ends in a stack trace', async () => {
    const environment = {
      AMQP_URL: testServices().amqpUrl,
      DATABASE_URL: database.url,
      TEMPORAL_ADDRESS: testServices().temporalAddress,
      TEMPORAL_NAMESPACE: fixture.temporal.namespace,
      RABBITMQ_QUEUE: fixture.queue,
      ...Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, value()])),
    };
    await fixture.publish(JSON.stringify({ submission_id: 1 }));
    await begin();
    try {
      const rows = await pMap(
        commands,
        async (words) => ({ words: words.join(' '), ...(await startGrader(words, environment, 60_000)) }),
        { concurrency: 2 },
      );
      for (const { words, firstOutputMs, endedMs, status, stdout, stderr } of rows) {
        process.stdout.write(
          `${what} | ${words} | ${firstOutputMs} ms | ${endedMs} ms | ${status} | ${(stdout + stderr).trim().split('\n')[0]?.slice(0, 150)}\n`,
        );
      }
      for (const row of rows) {
        expect.soft(row.firstOutputMs, row.words).toBeLessThan(silentAtMostMs);
        expect.soft(row.status, `${row.words} does not end`).not.toBeNull();
        expect.soft(row.stderr, row.words).not.toMatch(/^\s+at .*:\d+:\d+\)?$/m);
      }
    } finally {
      await end();
    }
  }, 900_000);
});

test('a change of the mode gets through while the broker has an alarm, and says why nobody confirms it', async () => {
  const bridge = await fixture.start({ setting: { mode: 'equal' }, followsControl: true });
  await rabbitmqctl('set_vm_memory_high_watermark', '0.00001');
  try {
    const { status, stdout } = await startGrader(
      ['mode', 'set', 'off', '--why', 'brake'],
      {
        AMQP_URL: testServices().amqpUrl,
        TEMPORAL_ADDRESS: testServices().temporalAddress,
        TEMPORAL_NAMESPACE: fixture.temporal.namespace,
        RABBITMQ_QUEUE: fixture.queue,
      },
      60_000,
    );
    expect(stdout).toMatch(
      /: off, version \d+\nThe change is written.*RabbitMQ takes no messages: it has an alarm/,
    );
    expect(status).toBe(1);
    await expect.poll(() => bridge.health()).toMatchObject({ state: 'off', control: { mode: 'off' } });
  } finally {
    await wide();
  }
}, 300_000);
