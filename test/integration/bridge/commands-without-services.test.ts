import { once } from 'node:events';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runGrader } from '../grader-command.js';
import { testServices, uniqueName } from '../services-fixture.js';
import type { OperatedPlatform } from './commands-during-fault.js';
import { expectPromiseKept, openOperatedPlatform, promise } from './commands-during-fault.js';

let platform: OperatedPlatform;
let mute: { readonly port: number; readonly server: Server };
const sockets = new Set<Socket>();

beforeAll(async () => {
  platform = await openOperatedPlatform();
  // What a frozen service looks like from outside: the kernel accepts, and nobody answers.
  const server = createServer((socket) => void sockets.add(socket)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  mute = { port: (server.address() as AddressInfo).port, server };
});
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  mute.server.close();
  await platform.clean();
});

const faults = [
  ['a broker that is frozen', () => ({ AMQP_URL: `amqp://127.0.0.1:${mute.port}/` })],
  ['a broker that is down', () => ({ AMQP_URL: 'amqp://127.0.0.1:1/' })],
  ['a Temporal that is frozen', () => ({ TEMPORAL_ADDRESS: `127.0.0.1:${mute.port}` })],
  ['a PostgreSQL that is frozen', () => ({ DATABASE_URL: `postgresql://u:p@127.0.0.1:${mute.port}/x` })],
] as const;

describe.each(faults)('during %s', (what, settings) => {
  test(promise, () => expectPromiseKept(what, platform, { settings: settings() }), 900_000);
});

describe('a command that needs Temporal while it is down', () => {
  test.concurrent.each([['drain', 'ours']])('says so, with the next command: %s %s', async (...words) => {
    const { status, stderr } = await runGrader(words, {
      AMQP_URL: testServices().amqpUrl,
      RABBITMQ_QUEUE: uniqueName('nothing'),
      TEMPORAL_ADDRESS: '127.0.0.1:1',
    });
    expect(stderr).toContain('Failed to connect to Temporal at 127.0.0.1:1');
    expect(stderr).toContain('Check with: temporal operator cluster health');
    expect(stderr).not.toContain('    at ');
    expect(status).toBe(1);
  });

  test.concurrent.each([
    ['cutover', 'abort'],
    ['mode', 'set', 'off'],
  ])('says what else stops the flow, and wants no reason: %s %s', async (...words) => {
    const queue = uniqueName('nothing');
    const { status, stderr } = await runGrader(words, {
      AMQP_URL: testServices().amqpUrl,
      RABBITMQ_QUEUE: queue,
      TEMPORAL_ADDRESS: '127.0.0.1:1',
    });
    expect(stderr).toContain('Failed to connect to Temporal at 127.0.0.1:1');
    expect(stderr).toContain(`forwards everything to ${queue}.legacy`);
    expect(stderr).toContain('systemctl stop grading-bridge');
    expect(stderr).not.toContain('    at ');
    expect(status).toBe(1);
  });
});
