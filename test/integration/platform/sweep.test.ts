import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SweepState } from '../../../domain/grading/stranded-submission.js';
import type { SweepMode } from '../../../domain/grading/sweep-report.js';
import type { GradingResult } from '../../../domain/judging/submission.js';
import { connectBroker } from '../../../platform/amqp/broker-connection.js';
import type { Database } from '../../../platform/postgres/database.js';
import { createDatabase } from '../../../platform/postgres/database.js';
import { createSubmissionList } from '../../../platform/postgres/submission-list.js';
import { createSubmissionStore } from '../../../platform/postgres/submission-store.js';
import { createLogger } from '../../../platform/process/logger.js';
import { Secret } from '../../../platform/settings/secret.js';
import { loadSettings } from '../../../platform/settings/settings.js';
import type { SweepOptions } from '../../../platform/sweep.js';
import { sweep } from '../../../platform/sweep.js';
import { sweepOnce } from '../../../platform/sweep-once.js';
import type { TemporalClient } from '../../../platform/temporal/connection.js';
import { createTemporalClient } from '../../../platform/temporal/connection.js';
import type { GradingStarter } from '../../../platform/temporal/grading-starter.js';
import { createGradingStarter } from '../../../platform/temporal/grading-starter.js';
import { latestGradingState } from '../../../platform/temporal/latest-grading.js';
import { ensureSweepSchedule } from '../../../platform/temporal/sweep-schedule.js';
import { applySchema } from '../../../reference-backend/apply-schema.js';
import { problemBody } from '../../../reference-backend/bodies.js';
import { createProblem, createSubmission } from '../../../reference-backend/queries.js';
import { storeVerdict } from '../../../reference-backend/store-verdict.js';
import type { TestDatabase } from '../services-fixture.js';
import { createTestDatabase, testServices, uniqueName } from '../services-fixture.js';

const log = createLogger({ name: 'test', level: 'silent', format: 'json' });
let server: TestDatabase;
let database: Database;
let temporal: TemporalClient;
let starter: GradingStarter;
let problem: number;
let tests: number[];

beforeAll(async () => {
  server = await createTestDatabase();
  await applySchema(server.url);
  database = createDatabase({ url: new Secret(server.url), applicationName: 'test', log });
  const { temporalAddress: address } = testServices();
  temporal = createTemporalClient({ ...loadSettings({}).temporal, address, namespace: uniqueName('sweep') });
  starter = createGradingStarter(temporal, log);
  await starter.prepare();
  const made = await createProblem(database, problemBody.parse({ title: 'Sum', test_cases: [{}, {}] }));
  problem = made.problem_id;
  tests = made.test_case_ids;
});
afterAll(async () => {
  await temporal.close();
  await database.close();
  await server.drop();
});

function submit(): Promise<number> {
  return createSubmission(database, {
    problem_id: problem,
    source_code: 'x',
    language: 'cpp',
    is_test: false,
  });
}

function accepted(): GradingResult {
  const row = (testCaseId: number) => ({
    testCaseId,
    status: 'Accepted' as const,
    executionTimeMs: 3,
    memoryUsedKb: 3400,
    outputReceived: '8',
    errorMessage: null,
  });
  return { overallStatus: 'Accepted', results: tests.map(row) };
}

/** As the backend writes what it is told. */
function told(id: number): Promise<boolean> {
  const results = tests.map((test_case_id) => ({ test_case_id, status: 'Accepted', output_received: '8' }));
  return storeVerdict(database, id, { overall_status: 'Accepted', results });
}

async function recorded(): Promise<number> {
  const id = await submit();
  await createSubmissionStore(database, { recordResult: 'always' }).recordResult(id, accepted());
  return id;
}

async function swept(options: Partial<SweepOptions> = {}) {
  const pages: { readonly id: number; readonly state: SweepState }[][] = [];
  const submissions = createSubmissionList(database);
  for await (const page of sweep(
    { submissions, temporal },
    { olderThanMs: 0, messagesWaiting: 0, ...options },
  )) {
    pages.push(page.map(({ submission, state }) => ({ id: submission.submissionId, state })));
  }
  return pages;
}

test('a verdict that was recorded and never told is found, where Temporal has forgotten its grading', async () => {
  const [forgotten, done, under] = [await recorded(), await recorded(), await recorded()];
  await told(done);
  await starter.startGrading({ submissionId: under, origin: 'bridge' });
  await expect
    .poll(async () => (await swept()).flat())
    .toEqual([
      { id: under, state: 'running' },
      { id: forgotten, state: 'untold' },
    ]);
  await told(forgotten);
  await told(under);
  expect((await swept()).flat()).toEqual([]);
});

test('a verdict that the backend tried to write, and could not, is still one that was never told', async () => {
  const [other, id] = [await recorded(), await recorded()];
  await told(other);
  const setSequence = (to: 'min' | 'max') =>
    database.query({
      text: `select setval('submission_results_id_seq', (select ${to}(id) from submission_results where submission_id <> $1), $2)`,
      values: [id, to === 'max'],
    });
  await setSequence('min');
  await expect(told(id)).rejects.toThrow('submission_results_pkey');
  expect((await swept()).flat()).toEqual([{ id, state: 'untold' }]);
  await setSequence('max');
  await told(id);
  expect((await swept()).flat()).toEqual([]);
});

test('a regrade that Temporal has forgotten is found as long as the submission is Pending, whatever was told before it', async () => {
  const [asked, overwritten] = [await recorded(), await recorded()];
  for (const id of [asked, overwritten]) {
    await told(id);
    // As whoever asks does before the message (contract, section 2).
    await database.query({ text: `update submissions set status = 'Pending' where id = $1`, values: [id] });
  }
  // An older verdict that was on its way then takes the Pending away, and with it all there is to see.
  await told(overwritten);
  expect((await swept()).flat()).toEqual([{ id: asked, state: 'stranded' }]);
  await told(asked);
});

test('a role that may not lock results still records them; what it did not tell is not found', async () => {
  const role = `role_${server.name}`;
  await database.query({ text: `create role ${role} login password 'x'` });
  await database.query({ text: `grant select, insert, delete on submission_results to ${role}` });
  await database.query({ text: `grant select, update on submissions to ${role}` });
  await database.query({ text: `grant select on problems, test_cases to ${role}` });
  await database.query({ text: `grant usage on all sequences in schema public to ${role}` });
  const url = new URL(server.url);
  url.username = role;
  url.password = 'x';
  const weak = createDatabase({ url: new Secret(url.href), applicationName: 'test', log });
  const id = await submit();
  const store = createSubmissionStore(weak, { recordResult: 'always' });
  expect(await store.recordResult(id, accepted())).toBe('recorded');
  expect((await swept()).flat()).toEqual([]);
  await weak.close();
  await database.query({ text: `drop owned by ${role}` });
  await database.query({ text: `drop role ${role}` });
});

test('many are swept a page at a time, without a cap, and a hundred cost one call to Temporal', async () => {
  const { rows } = {
    rows: await database.query<{ id: number }>({
      text: `insert into submissions (problem_id, student_id, source_code, language, submitted_at)
        select $1, student_id, 'x', 'cpp', now() at time zone 'utc' - interval '1 hour'
        from submissions, generate_series(1, 1234) where submissions.id = (select min(id) from submissions) returning id`,
      values: [problem],
    }),
  };
  const ids = rows.map(({ id }) => id).toSorted((a, b) => a - b);
  // All but the first ten have a message on a queue, or run.
  const running = ids.slice(-3);
  for (const submissionId of running) await starter.startGrading({ submissionId, origin: 'bridge' });
  const progress: number[] = [];
  const { workflowService } = temporal.connection;
  const list = workflowService.listWorkflowExecutions.bind(workflowService);
  let calls = 0;
  workflowService.listWorkflowExecutions = ((...words: Parameters<typeof list>) => {
    calls += 1;
    return list(...words);
  }) as typeof list;
  const look = async () => {
    calls = 0;
    progress.length = 0;
    return swept({ messagesWaiting: 1221, onProgress: (lookedAt) => progress.push(lookedAt) });
  };
  await expect
    .poll(async () => (await look()).flat().filter(({ state }) => state === 'running'))
    .toHaveLength(3);
  const pages = await look();
  expect(pages.map((page) => page.length)).toEqual([500, 500, 234]);
  expect(progress).toEqual([500, 1000, 1234]);
  expect(calls).toBeLessThanOrEqual(13);
  const found = pages.flat();
  expect(found.slice(0, 3).map(({ id }) => id)).toEqual(running.toReversed());
  const stranded = found.filter(({ state }) => state === 'stranded').map(({ id }) => id);
  expect(stranded).toEqual(ids.slice(0, 10).toReversed());
  expect(found.filter(({ state }) => state === 'maybe-queued')).toHaveLength(1221);
});

test('the sweeper starts as many as there is room for, and reports the rest', async () => {
  const submissions = createSubmissionList(database);
  await database.query({
    text: `delete from submissions where status = 'Pending' and id not in
      (select id from submissions where status = 'Pending' order by id limit 12)`,
  });
  const before = (await swept()).flat().filter(({ state }) => state === 'stranded');
  const sources = {
    ...{ submissions, temporal, log, starter },
    settings: { queue: 'no-such-queue', legacyQueue: 'no-such-queue.legacy' },
    broker: () => broker,
    legacyBroker: () => broker,
    room: async () => 2,
  };
  const connection = await connectBroker(new Secret(testServices().amqpUrl), 'test');
  const broker = Promise.resolve(connection);
  const quiet = await sweepOnce(sources, { isStarting: false, olderThanMs: 0 });
  expect(quiet).toMatchObject({ messagesWaiting: 0, started: 0, counts: { stranded: before.length } });
  expect(quiet.examples).toEqual(before.slice(0, 10).map(({ id }) => id));
  const started = await sweepOnce(sources, { isStarting: true, olderThanMs: 0 });
  expect(started).toMatchObject({ started: 2, counts: { stranded: before.length } });
  expect(started.examples).not.toContain(before[0]?.id);
  expect(await latestGradingState(temporal, before[0]?.id ?? 0)).toBe('running');
  await connection.close();
});

test('the schedule of the sweeper follows the settings, and stays where another host has set it', async () => {
  const { schedule } = temporal.client;
  const set = (host: string, sweepMode: SweepMode) =>
    ensureSweepSchedule(temporal, host, { sweepMode, sweepEveryMs: 3_600_000 }, log);
  await set('a', 'report');
  await set('b', 'start');
  await set('a', 'off');
  const { action, spec } = await schedule.getHandle('sweep').describe();
  expect(action).toMatchObject({
    workflowType: 'sweepPlatform',
    args: [{ isStarting: true, olderThanMs: 900_000 }],
  });
  expect(spec.intervals).toMatchObject([{ every: 3_600_000 }]);
  await set('b', 'off');
  await expect(schedule.getHandle('sweep').describe()).rejects.toThrow();
});
