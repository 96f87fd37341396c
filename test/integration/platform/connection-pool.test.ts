import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { DatabaseUnreachableError } from '../../../domain/grading/step-error.js';
import type { Database } from '../../../platform/postgres/database.js';
import { createDatabase } from '../../../platform/postgres/database.js';
import { createLogger } from '../../../platform/process/logger.js';
import { Secret } from '../../../platform/settings/secret.js';
import type { TestDatabase } from '../services-fixture.js';
import { asAdmin, createTestDatabase } from '../services-fixture.js';

const log = createLogger({ name: 'test', level: 'silent', format: 'json' });
let testDatabase: TestDatabase;
const opened: Database[] = [];

function open(url: string): Database {
  const database = createDatabase({ url: new Secret(url), applicationName: 'pool-test', log });
  opened.push(database);
  return database;
}

beforeAll(async () => {
  testDatabase = await createTestDatabase();
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((database) => database.close()));
});
// Would fail if a pool were still open.
afterAll(() => testDatabase.drop());

describe('the pool of connections', () => {
  test('survives the loss of its idle connections', async () => {
    const database = open(testDatabase.url);
    await database.query({ text: 'select 1' });
    await asAdmin(
      testDatabase.url,
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and application_name = 'pool-test'`,
    );
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await database.query({ text: 'select 1 as one' })).toEqual([{ one: 1 }]);
  });

  test('keeps no connection for long, so that one of constant use follows the name of the server to another', async () => {
    const database = createDatabase({
      url: new Secret(testDatabase.url),
      applicationName: 'pool-test',
      log,
      connectionLifetimeSeconds: 1,
    });
    opened.push(database);
    const seen = new Set<number>();
    const deadline = Date.now() + 3_500;
    while (Date.now() < deadline) {
      const rows = await database.query<{ pid: number }>({ text: 'select pg_backend_pid() as pid' });
      seen.add(rows[0]?.pid ?? 0);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(seen.size).toBeGreaterThan(2);
  });

  test('connects without TLS where sslmode is left out and the server has none, as libpq does', async () => {
    const url = new URL(testDatabase.url);
    url.search = '';
    expect(await open(url.href).query({ text: 'select 1 as one' })).toEqual([{ one: 1 }]);
  });

  test.each([
    ['a wrong password, sslmode left out', 'psql "$DATABASE_URL"', { password: 'wrong', search: '' }],
    [
      'a wrong password, sslmode allow',
      'psql "$DATABASE_URL"',
      { password: 'wrong', search: '?sslmode=allow' },
    ],
    ['a password with #', 'psql "$DATABASE_URL"', { password: 'wr#ong', search: '' }],
    ['no password', 'psql "$DATABASE_URL"', { password: '', search: '' }],
    ['no such database, sslmode left out', ' -l', { pathname: '/none', search: '' }],
    ['TLS that the server has not', 'sslmode', { search: '?sslmode=require' }],
    ['a socket that is not there', 'pg_isready -h /nowhere', { search: '?sslmode=disable&host=/nowhere' }],
  ])('says what is wrong, and the next command: %s', async (_what, remedy, changed) => {
    const url = Object.assign(new URL(testDatabase.url), changed);
    const refused = open(url.href.replace('wr%23ong', 'wr#ong')).query({ text: 'select 1' });
    await expect(refused).rejects.toBeInstanceOf(DatabaseUnreachableError);
    await expect(refused).rejects.toThrow(remedy);
  });

  test('ends a statement that takes too long, and goes on', async () => {
    const database = createDatabase({
      url: new Secret(testDatabase.url),
      applicationName: 'pool-test',
      log,
      statementTimeoutMs: 300,
    });
    opened.push(database);
    await expect(database.query({ text: 'select pg_sleep(5)' })).rejects.toThrow(/timeout/i);
    await expect(database.transaction((query) => query({ text: 'select pg_sleep(5)' }))).rejects.toThrow(
      /timeout/i,
    );
    expect(await database.query({ text: 'select 1 as one' })).toEqual([{ one: 1 }]);
  });

  test('survives the loss of a connection before its first use', async () => {
    const { hostname, port } = new URL(testDatabase.url);
    const relay = createServer((socket) => {
      const server = connect(Number(port), hostname);
      for (const each of [socket, server]) each.on('error', () => undefined);
      server.pipe(socket);
      socket.on('data', (sent: Buffer) => {
        if (sent.includes('pg_is_in_recovery')) socket.resetAndDestroy();
        else server.write(sent);
      });
      socket.on('close', () => server.destroy());
    }).listen(0, '127.0.0.1');
    await once(relay, 'listening');
    const url = new URL(testDatabase.url);
    url.port = String((relay.address() as AddressInfo).port);
    try {
      await expect(open(url.href).query({ text: 'select 1' })).rejects.toBeInstanceOf(
        DatabaseUnreachableError,
      );
    } finally {
      relay.close();
    }
  });

  test('says so when the server is down', async () => {
    const database = open('postgresql://postgres@127.0.0.1:1/x?sslmode=disable');
    await expect(database.query({ text: 'select 1' })).rejects.toThrow('ECONNREFUSED');
  });
});

describe('a server that refuses us before there is a connection', () => {
  test.each([
    [
      'speaks no TLS where the address demands it',
      /See sslmode .*Check with: psql "\$DATABASE_URL"/,
      (url: URL) => url.searchParams.set('sslmode', 'require'),
    ],
    [
      'asks for a password that the address lacks',
      /User or password .*Check with: psql "\$DATABASE_URL"/,
      (url: URL) => {
        url.password = '';
      },
    ],
  ])('counts as one that cannot be reached: it %s', async (_what, remedy, change) => {
    const url = new URL(testDatabase.url);
    change(url);
    const failure = await open(url.href)
      .query({ text: 'select 1' })
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(DatabaseUnreachableError);
    expect(String(failure)).toMatch(remedy);
    // A server drops a database once no process of its own is there that began before: one that waits for a password holds it up.
    const another = await createTestDatabase();
    const beganAt = Date.now();
    await another.drop();
    expect(Date.now() - beganAt).toBeLessThan(20_000);
  });
});
