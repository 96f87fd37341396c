import { afterAll, beforeAll, expect, test } from 'vitest';
import { DatabaseUnreachableError } from '../../../domain/grading/step-error.js';
import type { Database } from '../../../platform/postgres/database.js';
import { createDatabase } from '../../../platform/postgres/database.js';
import { createLogger } from '../../../platform/process/logger.js';
import { Secret } from '../../../platform/settings/secret.js';
import { eventually } from '../eventually.js';
import { asAdmin } from '../services-fixture.js';
import type { ServerWithStandby } from './standby-server.js';
import { startServerWithStandby } from './standby-server.js';

const log = createLogger({ name: 'test', level: 'silent', format: 'json' });
let server: ServerWithStandby;
/** Of a process to which the server's name leads to the standby. */
let database: Database;

beforeAll(async () => {
  server = await startServerWithStandby();
  const url = new Secret(server.standbyUrl);
  database = createDatabase({ url, applicationName: 'standby-test', log });
  await asAdmin(server.primaryUrl, 'create table facts (value int); insert into facts values (0)');
}, 300_000);
afterAll(async () => {
  await database?.close();
  await server?.stop();
});

function setAtThePrimary(value: number): Promise<void> {
  return asAdmin(server.primaryUrl, `update facts set value = ${value}`);
}

async function read(): Promise<number | undefined> {
  const [row] = await database.query<{ value: number }>({ text: 'select value from facts' });
  return row?.value;
}

async function refusal(): Promise<Error> {
  const told = await read().then(
    (value) => new Error(`read ${value}`),
    (error: Error) => error,
  );
  expect(told).toBeInstanceOf(DatabaseUnreachableError);
  return told;
}

test('a standby that has all that its primary sent is read', async () => {
  for (let value = 1; value <= 5; value += 1) {
    await setAtThePrimary(value);
    await eventually(async () => expect(await read()).toBe(value));
  }
});

test('one that lags is not read, also by a connection that read it before, until it has caught up', async () => {
  expect(await read()).toBe(5);
  await asAdmin(server.standbyUrl, 'select pg_wal_replay_pause()');
  await setAtThePrimary(6);
  await eventually(async () =>
    expect((await refusal()).message).toMatch(/is a standby, and has not replayed/),
  );
  await asAdmin(server.standbyUrl, 'select pg_wal_replay_resume()');
  expect(await read()).toBe(6);
});

test('one that has lost its primary is not read until it is made the primary, and is told with the next command', async () => {
  await asAdmin(server.standbyUrl, `alter system set primary_conninfo = ''`);
  await asAdmin(server.standbyUrl, 'select pg_reload_conf()');
  await eventually(async () =>
    expect((await refusal()).message).toMatch(/receives nothing from its primary/),
  );
  expect((await refusal()).message).toMatch(/should name the primary server\. Check with: psql/);
  await setAtThePrimary(7);
  await asAdmin(server.standbyUrl, 'select pg_promote()');
  expect(await read()).toBe(6);
  expect(
    await database.transaction((query) => query({ text: 'update facts set value = 8 returning value' })),
  ).toEqual([{ value: 8 }]);
});
