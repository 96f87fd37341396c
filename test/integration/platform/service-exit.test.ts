import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import type { AddressInfo, Server } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { projectRoot } from '../../../devstack/project-root.js';
import { eventually } from '../eventually.js';
import { startGrader } from '../grader-command.js';
import { createTestDatabase, testServices } from '../services-fixture.js';

const directory = mkdtempSync(join(tmpdir(), 'service-exit-'));
const started: ChildProcess[] = [];

afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
});
afterAll(() => rmSync(directory, { recursive: true }));

const services = ['worker', 'bridge', 'console', 'reference-backend'] as const;
type ServiceName = (typeof services)[number];
/** Nothing answers there. */
const nowhere = { TEMPORAL_ADDRESS: '127.0.0.1:1', AMQP_URL: 'amqp://127.0.0.1:1/', CONSOLE_PORT: '0' };

describe('bad settings end every service with 78, in one way', () => {
  test.each(services)('%s', async (service) => {
    const { status, stdout, stderr } = await start(service, { CONTAINER_POOL_SIZE: 'three' }).ended;
    expect({ status, stdout }).toEqual({ status: 78, stdout: '' });
    expect(stderr).toBe(
      'A setting cannot be used:\n' +
        '  CONTAINER_POOL_SIZE is "three"; expected a whole number from 1 to 256. Write CONTAINER_POOL_SIZE=3, or unset it.\n' +
        'The environment counts before the file .env; look in both.\n',
    );
  });
});

describe('a TLS file that cannot be used', () => {
  const file = join(directory, 'no-pem');
  writeFileSync(file, 'no certificate\n');
  const message = /^TEMPORAL_TLS_CA names .*, which is not PEM: .* Check with: head -c 100 /m;

  test.each(['worker', 'bridge'] as const)('ends %s with 78', async (service) => {
    const { status, stderr } = await start(service, { ...nowhere, TEMPORAL_TLS_CA: file }).ended;
    expect(status).toBe(78);
    expect(stderr).toMatch(message);
  });

  test('ends a command with 78', async () => {
    const { status, stderr } = await startGrader(['errors'], { ...nowhere, TEMPORAL_TLS_CA: file });
    expect(status).toBe(78);
    expect(stderr).toMatch(message);
  });
});

describe('a TEMP_DIR that others could change', () => {
  const open = join(directory, 'open');
  mkdirSync(open);
  const link = join(open, 'engine');
  symlinkSync(directory, link);

  test.each(['worker', 'bridge'] as const)('ends %s with 78', async (service) => {
    const { status, stderr } = await start(service, { ...nowhere, TEMP_DIR: open }).ended;
    expect(stderr).toContain(`${link} is a link: others could change what is kept there. Set TEMP_DIR to`);
    expect(status).toBe(78);
  });
});

describe('without Temporal and broker', () => {
  test.each([
    ['worker', /a service this worker needs is not available/],
    ['bridge', /Failed to connect/],
    ['console', /console started/],
  ] as const)('%s waits, and ends with 0 when it is told to stop', async (service, waits) => {
    const { child, ended, said } = start(service, nowhere);
    await said(waits);
    child.kill('SIGTERM');
    expect((await ended).status).toBe(0);
  });
});

test('the reference backend ends with 0 when it is told to stop', async () => {
  const database = await createTestDatabase();
  const { child, ended, said } = start('reference-backend', {
    DATABASE_URL: database.url,
    AMQP_URL: testServices().amqpUrl,
    REFERENCE_BACKEND_PORT: '0',
  });
  await said(/reference backend listens/);
  child.kill('SIGTERM');
  expect((await ended).status).toBe(0);
  await database.drop();
});

test('what a fresh process may survive ends every service with 75', async () => {
  const { server: taken, port } = await listening();
  const statuses = await Promise.all([
    start('worker', { ...nowhere, WORKER_HEALTH_PORT: String(port) }).ended,
    start('bridge', { ...nowhere, BRIDGE_HEALTH_PORT: String(port) }).ended,
    start('reference-backend', { DATABASE_URL: 'postgresql://u:p@127.0.0.1:1/x?sslmode=disable' }).ended,
  ]);
  taken.close();
  expect(statuses.map(({ status }) => status)).toEqual([75, 75, 75]);
  for (const { stdout } of statuses) expect(stdout).toContain('failed and is to be restarted');
});

test('a second signal ends a service that does not stop at once', async () => {
  // A database that is asked and never answers keeps the backend from being ready, and from stopping.
  const { server: silent, port } = await listening();
  const asked = new Promise<void>((resolve) => silent.once('connection', () => resolve()));
  const { child, ended, said } = start('reference-backend', {
    DATABASE_URL: `postgresql://u:p@127.0.0.1:${port}/x?sslmode=disable`,
  });
  await asked;
  child.kill('SIGINT');
  await said(/stopping/);
  child.kill('SIGINT');
  expect((await ended).status).toBe(130);
  silent.close();
});

describe('a log that cannot be written', () => {
  const portOf = { worker: 'WORKER_HEALTH_PORT', bridge: 'BRIDGE_HEALTH_PORT' } as const;

  test.each(['worker', 'bridge'] as const)('ends no %s, and is told by its metrics', async (service) => {
    const { server, port } = await listening();
    server.close();
    const full = openSync('/dev/full', 'w');
    const child = spawn(process.execPath, [join(projectRoot, 'dist', `${service}.js`)], {
      env: { ...process.env, ...nowhere, [portOf[service]]: String(port) },
      stdio: ['ignore', full, full],
    });
    closeSync(full);
    started.push(child);
    const ended = once(child, 'exit');
    const lost = /^grader_log_lines_lost_total [1-9]/m;
    await eventually(async () => {
      const metrics = await fetch(`http://127.0.0.1:${port}/metrics`);
      expect(await metrics.text()).toMatch(lost);
    });
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  });
});

async function listening(): Promise<{ readonly server: Server; readonly port: number }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port };
}

interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<{
    readonly status: number | null;
    readonly stdout: string;
    readonly stderr: string;
  }>;
  /** Resolves once it has printed this. */
  readonly said: (what: RegExp) => Promise<void>;
}

function start(service: ServiceName, settings: Readonly<Record<string, string>>): Started {
  const child = spawn(process.execPath, [join(projectRoot, `dist/${service}.js`)], {
    cwd: directory,
    env: { PATH: process.env.PATH, TEMP_DIR: directory, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  started.push(child);
  const printed = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].on('data', (chunk: Buffer) => {
      printed[stream] += chunk.toString();
    });
  }
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return {
    child,
    ended: ended.then((status) => ({ status, ...printed })),
    said: (what) => expect.poll(() => printed.stdout + printed.stderr).toMatch(what),
  };
}
