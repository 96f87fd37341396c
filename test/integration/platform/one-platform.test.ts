import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isSamePlatform } from '../../../domain/grading/platform-identity.js';
import { createDatabase } from '../../../platform/postgres/database.js';
import { readPlatformIdentity } from '../../../platform/postgres/platform-identity.js';
import { createLogger } from '../../../platform/process/logger.js';
import { Secret } from '../../../platform/settings/secret.js';
import { loadSettings } from '../../../platform/settings/settings.js';
import type { TemporalClient } from '../../../platform/temporal/connection.js';
import { createTemporalClient } from '../../../platform/temporal/connection.js';
import { createGradingStarter } from '../../../platform/temporal/grading-starter.js';
import {
  claimNamespace,
  claimScheduleId,
  ForeignPlatformError,
  readPlatformClaim,
} from '../../../platform/temporal/platform-claim.js';
import { watchPlatform } from '../../../platform/temporal/platform-watch.js';
import { applySchema } from '../../../reference-backend/apply-schema.js';
import { runGrader } from '../grader-command.js';
import type { TestDatabase } from '../services-fixture.js';
import { asAdmin, createTestDatabase, testServices, uniqueName } from '../services-fixture.js';

const log = createLogger({ name: 'test', level: 'silent', format: 'json' });
const namespace = uniqueName('one-platform');
let ours: TestDatabase;
let theirs: TestDatabase;
let temporal: TemporalClient;

beforeAll(async () => {
  [ours, theirs] = await Promise.all([createTestDatabase(), createTestDatabase()]);
  await Promise.all([applySchema(ours.url), applySchema(theirs.url)]);
  temporal = clientOf(namespace);
  await createGradingStarter(temporal, log).prepare();
});
afterAll(async () => {
  await temporal.close();
  await Promise.all([ours.drop(), theirs.drop()]);
});

function clientOf(name: string): TemporalClient {
  const { temporalAddress: address } = testServices();
  return createTemporalClient({ ...loadSettings({}).temporal, address, namespace: name });
}

async function identityOf(url: string) {
  const database = createDatabase({ url: new Secret(url), applicationName: 'test', log });
  try {
    return await readPlatformIdentity(database);
  } finally {
    await database.close();
  }
}

async function claimOf(url: string) {
  return { identity: await identityOf(url), place: new URL(url).pathname, by: 'test', at: 'now' };
}

function environmentOf({ url }: TestDatabase): Record<string, string> {
  const { amqpUrl, temporalAddress } = testServices();
  return {
    DATABASE_URL: url,
    AMQP_URL: amqpUrl,
    RABBITMQ_QUEUE: namespace,
    TEMPORAL_ADDRESS: temporalAddress,
    TEMPORAL_NAMESPACE: namespace,
    TEMP_DIR: `/tmp/${namespace}`,
    LOG_FORMAT: 'json',
  };
}

/** Until it ends by itself. */
async function runService(name: 'bridge' | 'worker', database: TestDatabase) {
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, ...environmentOf(database) };
  const service = spawn(
    process.execPath,
    ['--import', 'tsx', `${name === 'bridge' ? 'bridge' : 'workers'}/main.ts`],
    {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let output = '';
  for (const stream of [service.stdout, service.stderr])
    stream.on('data', (chunk) => (output += String(chunk)));
  const [status] = (await once(service, 'close')) as [number | null];
  return { status, output };
}

test('of two platforms that start at once in a namespace with gradings, one has it', async () => {
  await createGradingStarter(temporal, log).startGrading({ submissionId: 17, origin: 'cli' });
  const claims = await Promise.all([claimOf(ours.url), claimOf(theirs.url)]);
  const outcomes = await Promise.allSettled(
    [...claims, ...claims, ...claims].map((claim) => claimNamespace(temporal, claim)),
  );
  const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
  expect(refused).toHaveLength(3);
  for (const error of refused) expect(error).toBeInstanceOf(ForeignPlatformError);
  const holder = await readPlatformClaim(temporal);
  expect(claims.map(({ place }) => place)).toContain(holder?.place);
  await temporal.client.schedule.getHandle(claimScheduleId).delete();
  expect(await readPlatformClaim(temporal)).toBeUndefined();
});

describe('in a namespace of another platform', () => {
  beforeAll(async () => claimNamespace(temporal, await claimOf(ours.url)));

  test.each(['bridge', 'worker'] as const)(
    'a %s ends with a status that no supervisor starts again, and says what to do',
    async (name) => {
      const { status, output } = await runService(name, theirs);
      expect(output).toContain(`The namespace ${namespace} at`);
      expect(output).toContain(`belongs to another platform: that of the database /${ours.name}`);
      expect(output).toContain('TEMPORAL_NAMESPACE');
      expect(output).toContain('temporal schedule delete --schedule-id platform');
      expect(status).toBe(78);
    },
  );

  test.each([
    [['sweep', '--start', '--yes'], 78],
    [['drain', 'ours', '--force'], 78],
    [['status'], 1],
    [['doctor', '--only', 'one platform'], 1],
  ])('`grader %s` says so', async (words, expected) => {
    const { status, stdout, stderr } = await runGrader(words, environmentOf(theirs));
    expect(stdout + stderr).toContain('belongs to another platform');
    expect(status).toBe(expected);
  });

  test('nothing is started by what works on another database', async () => {
    const identity = () => identityOf(theirs.url);
    const foreign: ForeignPlatformError[] = [];
    const watch = watchPlatform({
      ...{ temporal, identity, place: 'theirs', by: 'test', log },
      onForeign: (error) => foreign.push(error),
    });
    const starter = createGradingStarter(temporal, log, { assertOurs: () => watch.look() });
    await expect(starter.startGrading({ submissionId: 18, origin: 'bridge' })).rejects.toThrow(
      ForeignPlatformError,
    );
    await expect(starter.startGrading({ submissionId: 18, origin: 'bridge' })).rejects.toThrow(
      ForeignPlatformError,
    );
    await expect(temporal.client.workflow.getHandle('grade-18').describe()).rejects.toThrow();
    expect(foreign).toHaveLength(1);
    watch.close();
  });
});

test('the same platform is known by another role, a new name of the database, and another host name', async () => {
  const identity = await identityOf(ours.url);
  const role = `role_${ours.name}`;
  await asAdmin(
    ours.url,
    `create role ${role} login password 'x'; grant connect on database ${ours.name} to ${role}`,
  );
  const url = new URL(ours.url);
  url.username = role;
  url.password = 'x';
  expect(await identityOf(url.href)).toEqual(identity);
  url.hostname = 'localhost';
  expect(await identityOf(url.href)).toEqual(identity);
  await asAdmin(testServices().adminDatabaseUrl, `alter database ${ours.name} rename to ${ours.name}_2`);
  url.pathname = `/${ours.name}_2`;
  expect(await identityOf(url.href)).toEqual(identity);
  await asAdmin(testServices().adminDatabaseUrl, `alter database ${ours.name}_2 rename to ${ours.name}`);
  await asAdmin(ours.url, `drop owned by ${role}; drop role ${role}`);
  expect(await identityOf(theirs.url)).not.toEqual(identity);
});

test('the same platform is known while its tables are renamed, or not in the search path', async () => {
  const before = await identityOf(ours.url);
  expect(before.schema).toBe('public');
  const faults = [
    ['alter table submissions rename to moved', 'alter table moved rename to submissions'],
    [
      `create schema other; alter database ${ours.name} set search_path = other`,
      `alter database ${ours.name} reset search_path; drop schema other`,
    ],
    [
      `alter database ${ours.name} set search_path = nowhere`,
      `alter database ${ours.name} reset search_path`,
    ],
  ] as const;
  for (const [breaks, mends] of faults) {
    for (const statement of breaks.split('; ')) await asAdmin(ours.url, statement);
    const meanwhile = await identityOf(ours.url);
    for (const statement of mends.split('; ')) await asAdmin(ours.url, statement);
    expect(isSamePlatform(before, meanwhile), breaks).toBe(true);
  }
});

test('nobody claims a namespace while it finds no table, and one who does find it claims it then', async () => {
  await temporal.client.schedule.getHandle(claimScheduleId).delete();
  const empty = await createTestDatabase();
  const identity = () => identityOf(empty.url);
  const watch = watchPlatform({ temporal, identity, place: 'empty', by: 'early', log, everyMs: 200 });
  try {
    await watch.look();
    expect(await readPlatformClaim(temporal)).toBeUndefined();
    await asAdmin(empty.url, 'create schema second');
    await asAdmin(empty.url, `alter database ${empty.name} set search_path = second`);
    await asAdmin(empty.url, 'create table second.submissions (id int)');
    await expect
      .poll(() => readPlatformClaim(temporal))
      .toMatchObject({ by: 'early', identity: { schema: 'second' } });
    const other = { ...(await claimOf(empty.url)), by: 'late' };
    const first = { ...other, identity: { ...other.identity, schema: 'first' } };
    await expect(claimNamespace(temporal, first)).rejects.toThrow(ForeignPlatformError);
  } finally {
    watch.close();
    await temporal.client.schedule.getHandle(claimScheduleId).delete();
    await empty.drop();
  }
  await claimNamespace(temporal, await claimOf(ours.url));
});

test('a trial queue of the same platform may use the namespace', async () => {
  await expect(
    claimNamespace(temporal, { ...(await claimOf(ours.url)), by: 'trial' }),
  ).resolves.toBeUndefined();
});

test('a database that does not answer, or a server that refuses, keeps nobody from grading', async () => {
  const refusing = {
    ...temporal,
    namespace: temporal.namespace,
    client: {
      schedule: {
        getHandle: () => ({
          describe: () =>
            Promise.reject(Object.assign(new Error('no'), { code: 7, details: '', metadata: {} })),
        }),
      },
    },
  } as unknown as TemporalClient;
  const warned: unknown[] = [];
  const counting = { ...log, warn: (...words: unknown[]) => warned.push(words), debug: () => undefined };
  const refused = watchPlatform({
    ...{ temporal: refusing, identity: () => identityOf(ours.url), place: 'ours', by: 'test' },
    log: counting as unknown as typeof log,
  });
  await refused.look();
  await refused.look();
  expect(warned).toHaveLength(1);
  refused.close();
  const blind = watchPlatform({
    ...{ temporal, identity: () => Promise.reject(new Error('down')), place: 'ours', by: 'test', log },
  });
  await blind.look();
  blind.close();
});

test('a namespace that was made anew is claimed again', async () => {
  const identity = () => identityOf(ours.url);
  const watch = watchPlatform({ temporal, identity, place: 'ours', by: 'watch', log, everyMs: 200 });
  await temporal.client.schedule.getHandle(claimScheduleId).delete();
  await expect.poll(() => readPlatformClaim(temporal)).toMatchObject({ by: 'watch' });
  watch.close();
});
