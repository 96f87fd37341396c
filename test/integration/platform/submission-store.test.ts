import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { GradingResult, TestCaseResult } from '../../../domain/judging/submission.js';
import { toBody } from '../../../platform/backend/backend-client.js';
import type { Database } from '../../../platform/postgres/database.js';
import { createDatabase } from '../../../platform/postgres/database.js';
import { createSubmissionStore } from '../../../platform/postgres/submission-store.js';
import { createLogger } from '../../../platform/process/logger.js';
import { Secret } from '../../../platform/settings/secret.js';
import { applySchema } from '../../../reference-backend/apply-schema.js';
import { problemBody, submissionBody } from '../../../reference-backend/bodies.js';
import { createProblem, createSubmission, readSubmission } from '../../../reference-backend/queries.js';
import { storeVerdict } from '../../../reference-backend/store-verdict.js';
import type { TestDatabase } from '../services-fixture.js';
import { createTestDatabase } from '../services-fixture.js';

const log = createLogger({ name: 'test', level: 'silent', format: 'json' });
let testDatabase: TestDatabase;
let admin: Database;
const opened: Database[] = [];

function open(url: string): Database {
  const database = createDatabase({ url: new Secret(url), applicationName: 'store-test', log });
  opened.push(database);
  return database;
}

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  await applySchema(testDatabase.url);
  await applySchema(testDatabase.url);
  admin = createDatabase({ url: new Secret(testDatabase.url), applicationName: 'store-test-admin', log });
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((database) => database.close()));
});
afterAll(async () => {
  await admin.close();
  // Would fail if a pool were still open.
  await testDatabase.drop();
});

async function aSubmission(points: readonly number[], problem: object = {}) {
  const { problem_id, test_case_ids } = await createProblem(
    admin,
    problemBody.parse({
      title: 'Sum',
      ...problem,
      test_cases: points.map((worth, index) => ({
        input_data: `${index}`,
        expected_output: 'x',
        points: worth,
      })),
    }),
  );
  const body = submissionBody.parse({ problem_id, source_code: 'int main() {}', language: 'cpp' });
  return { submissionId: await createSubmission(admin, body), problemId: problem_id, testIds: test_case_ids };
}

function row(
  testCaseId: number | null,
  status: TestCaseResult['status'],
  output: string | null = '8',
): TestCaseResult {
  return {
    testCaseId,
    status,
    executionTimeMs: 2,
    memoryUsedKb: 3_404,
    outputReceived: output,
    errorMessage: null,
  };
}

describe('loading', () => {
  test('a plan has the facts of the problem and its tests in ascending id', async () => {
    const { submissionId, problemId, testIds } = await aSubmission([10, 25, 5], {
      language_limits: { cpp: { timeMs: 500, memoryKb: 65_536 }, python: { timeMs: 'fast' }, java: 3 },
      time_limit_ms: null,
    });
    const store = createSubmissionStore(open(testDatabase.url), { recordResult: 'auto' });
    expect(await store.loadPlan(submissionId)).toEqual({
      submissionId,
      problemId,
      problemTitle: 'Sum',
      classId: expect.any(Number),
      language: 'cpp',
      gradingMode: 'stdio',
      functionSignature: null,
      isTest: false,
      timeLimitMs: null,
      memoryLimitKb: 256_000,
      languageLimits: { cpp: { timeMs: 500, memoryKb: 65_536 }, python: {} },
      testCaseIds: [...testIds].sort((left, right) => left - right),
      testCasePoints: [10, 25, 5],
      testInputBytes: [1, 1, 1],
      expectedOutputBytes: [1, 1, 1],
      testDataVersion: expect.stringMatching(/^[0-9a-f]{32}$/),
      sourceVersion: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
    expect(await store.loadSource(submissionId)).toBe('int main() {}');
    expect(await store.loadTestCase(Number(testIds[1]))).toEqual({
      id: testIds[1],
      input: '1',
      expectedOutput: 'x',
      functionSignature: null,
    });
    expect(await store.findHeader(submissionId)).toMatchObject({ problemTitle: 'Sum', isTest: false });
  });

  test('a plan has another version of the test data once a test was edited, and only then', async () => {
    const { submissionId, testIds } = await aSubmission([10, 10], {});
    const store = createSubmissionStore(open(testDatabase.url), { recordResult: 'auto' });
    const version = async () => (await store.loadPlan(submissionId))?.testDataVersion;
    const before = await version();
    expect(await version()).toBe(before);
    await open(testDatabase.url).query({
      text: "update test_cases set expected_output = 'y' where id = $1",
      values: [testIds[1]],
    });
    expect(await version()).not.toBe(before);
  });

  test('what does not exist is undefined, also beyond the range of the column', async () => {
    const store = createSubmissionStore(open(testDatabase.url), { recordResult: 'auto' });
    for (const id of [999_999_999, Number.MAX_SAFE_INTEGER]) {
      expect(await store.loadPlan(id)).toBeUndefined();
      expect(await store.findHeader(id)).toBeUndefined();
      expect(await store.loadTestCase(id)).toBeUndefined();
      expect(await store.recordResult(id, { overallStatus: 'Accepted', results: [] })).toBe('not-found');
      expect(await store.loadSource(id)).toBeUndefined();
    }
  });

  test('prepares nothing on the server: behind a proxy that pools transactions the next statement meets another session', async () => {
    const database = createDatabase({
      ...{ url: new Secret(testDatabase.url), applicationName: 'unprepared-test', log },
      maxConnections: 1,
    });
    opened.push(database);
    const { submissionId, testIds } = await aSubmission([10]);
    const store = createSubmissionStore(database, { recordResult: 'always' });
    await store.findHeader(submissionId);
    await store.loadPlan(submissionId);
    await store.loadSource(submissionId);
    await store.loadTestCase(testIds[0] ?? 0);
    await store.loadTestInputs(testIds);
    const results = testIds.map((id) => row(id, 'Accepted'));
    expect(await store.recordResult(submissionId, { overallStatus: 'Accepted', results })).toBe('recorded');
    expect(await database.query({ text: 'select name from pg_prepared_statements' })).toEqual([]);
  });

  test('leaves no statement behind on the server where a table is locked', async () => {
    const database = createDatabase({
      url: new Secret(testDatabase.url),
      applicationName: 'locked-test',
      log,
      statementTimeoutMs: 1_000,
    });
    opened.push(database);
    const { submissionId } = await aSubmission([10]);
    const store = createSubmissionStore(database, { recordResult: 'auto' });
    const locker = new pg.Client({ connectionString: testDatabase.url });
    const onlooker = open(testDatabase.url);
    await locker.connect();
    try {
      await locker.query('begin; lock table submissions in access exclusive mode');
      const looks = await Promise.allSettled([1, 2, 3].map(() => store.findHeader(submissionId)));
      for (const look of looks) {
        expect(look).toMatchObject({
          status: 'rejected',
          reason: { message: expect.stringMatching(/locked.*pg_stat_activity/) },
        });
      }
      await expect
        .poll(async () => {
          // Not on the connection that locks: a transaction sees the server's activity as it first was.
          return onlooker.query({
            text: `select pid from pg_stat_activity
              where datname = $1 and application_name = 'locked-test' and state = 'active'`,
            values: [testDatabase.name],
          });
        })
        .toEqual([]);
    } finally {
      await locker.end();
    }
    await expect.poll(() => store.findHeader(submissionId).catch(() => undefined)).toBeDefined();
  });
});

describe('recording', () => {
  const cases: [string, (ids: readonly number[]) => GradingResult][] = [
    [
      'all accepted',
      ([a, b, c]) => ({
        overallStatus: 'Accepted',
        results: [row(a ?? 0, 'Accepted'), row(b ?? 0, 'Accepted'), row(c ?? 0, 'Accepted', null)],
      }),
    ],
    [
      'an exact half',
      ([a, b]) => ({
        overallStatus: 'Wrong Answer',
        results: [row(a ?? 0, 'Accepted'), row(b ?? 0, 'Wrong Answer')],
      }),
    ],
    [
      'a compile error',
      () => ({ overallStatus: 'Compile Error', results: [row(null, 'Compile Error', null)] }),
    ],
    [
      'a system error with rows of tests',
      ([a]) => ({ overallStatus: 'System Error', results: [row(a ?? 0, 'Accepted')] }),
    ],
    [
      'a row without a test',
      ([a]) => ({
        overallStatus: 'Runtime Error',
        results: [row(null, 'Runtime Error'), row(a ?? 0, 'Runtime Error')],
      }),
    ],
  ];
  test.each(cases)('%s leaves the rows that the backend leaves', async (_name, resultFor) => {
    const ours = await aSubmission([1, 4, 3]);
    const theirs = await createSubmission(
      admin,
      submissionBody.parse({ problem_id: ours.problemId, source_code: 'x' }),
    );
    const result = resultFor(ours.testIds);
    const store = createSubmissionStore(open(testDatabase.url), { recordResult: 'auto' });
    expect(await store.recordResult(ours.submissionId, result)).toBe('recorded');
    expect(await storeVerdict(admin, theirs, JSON.parse(JSON.stringify(toBody(result))))).toBe(true);

    const seen = async (id: number) => {
      const submission = (await readSubmission(admin, id)) as {
        status: string;
        score: number;
        results: object[];
      };
      return { status: submission.status, score: submission.score, results: submission.results };
    };
    expect(await seen(ours.submissionId)).toEqual(await seen(theirs));
  });

  test('a second result replaces the first', async () => {
    const { submissionId, testIds } = await aSubmission([10]);
    const store = createSubmissionStore(open(testDatabase.url), { recordResult: 'always' });
    await store.recordResult(submissionId, {
      overallStatus: 'Wrong Answer',
      results: [row(testIds[0] ?? 0, 'Wrong Answer')],
    });
    await store.recordResult(submissionId, {
      overallStatus: 'Accepted',
      results: [row(testIds[0] ?? 0, 'Accepted')],
    });
    const submission = await readSubmission(admin, submissionId);
    expect(submission).toMatchObject({ status: 'Accepted', score: 100, results: [{ status: 'Accepted' }] });
  });

  test('NUL bytes and half surrogates in output and message do not stop it', async () => {
    const { submissionId, testIds } = await aSubmission([10]);
    const store = createSubmissionStore(open(testDatabase.url), { recordResult: 'auto' });
    const result: GradingResult = {
      overallStatus: 'Runtime Error',
      results: [{ ...row(testIds[0] ?? 0, 'Runtime Error', 'a\0b\uD83D'), errorMessage: '\0' }],
    };
    expect(await store.recordResult(submissionId, result)).toBe('recorded');
    expect(await readSubmission(admin, submissionId)).toMatchObject({
      results: [{ output_received: 'a\uFFFDb\uFFFD', error_message: '\uFFFD' }],
    });
  });

  test('two at a time take turns, and one of them stands', async () => {
    const { submissionId, testIds } = await aSubmission([10]);
    const store = createSubmissionStore(open(testDatabase.url), { recordResult: 'auto' });
    const statuses = ['Accepted', 'Wrong Answer', 'Runtime Error'] as const;
    await Promise.all(
      statuses.map((status) =>
        store.recordResult(submissionId, { overallStatus: status, results: [row(testIds[0] ?? 0, status)] }),
      ),
    );
    const submission = (await readSubmission(admin, submissionId)) as {
      status: string;
      results: { status: string }[];
    };
    expect(submission.results.map((result) => result.status)).toEqual([submission.status]);
  });

  test('never means never', async () => {
    const { submissionId } = await aSubmission([10]);
    const store = createSubmissionStore(open(testDatabase.url), { recordResult: 'never' });
    expect(await store.recordResult(submissionId, { overallStatus: 'Accepted', results: [] })).toBe(
      'not-permitted',
    );
    expect(await readSubmission(admin, submissionId)).toMatchObject({ status: 'Pending' });
  });
});

describe('a role that may only read', () => {
  const role = `reader_${process.pid}`;
  beforeAll(async () => {
    await admin.query({ text: `create role ${role} login password 'p@ss/word'` });
    await admin.query({ text: `grant select on all tables in schema public to ${role}` });
  });
  afterAll(async () => {
    await admin.query({ text: `drop owned by ${role}` });
    await admin.query({ text: `drop role ${role}` });
  });

  test('can load, is not permitted to record, and is told the grant when it must', async () => {
    const { submissionId } = await aSubmission([10]);
    const url = new URL(testDatabase.url);
    url.username = role;
    url.password = 'p%40ss%2Fword';
    const database = open(url.href);
    const result: GradingResult = { overallStatus: 'Accepted', results: [] };
    const auto = createSubmissionStore(database, { recordResult: 'auto' });
    expect(await auto.loadPlan(submissionId)).toMatchObject({ submissionId });
    expect(await auto.recordResult(submissionId, result)).toBe('not-permitted');
    const always = createSubmissionStore(database, { recordResult: 'always' });
    await expect(always.recordResult(submissionId, result)).rejects.toThrow('grant select, insert, delete');
    expect(await readSubmission(admin, submissionId)).toMatchObject({ status: 'Pending' });
  });
});

describe('an older deployment', () => {
  test('lacks columns, and may lose one while we run', async () => {
    const { submissionId, testIds } = await aSubmission([10], { language_limits: { cpp: { timeMs: 5 } } });
    const store = createSubmissionStore(open(testDatabase.url), { recordResult: 'auto' });
    expect((await store.loadPlan(submissionId))?.languageLimits).toEqual({ cpp: { timeMs: 5 } });
    await admin.query({
      text: 'alter table problems drop column language_limits, drop column function_name',
    });
    await admin.query({ text: 'alter table submissions drop column cached_score' });

    expect((await store.loadPlan(submissionId))?.languageLimits).toBeNull();
    const result: GradingResult = { overallStatus: 'Accepted', results: [row(testIds[0] ?? 0, 'Accepted')] };
    expect(await store.recordResult(submissionId, result)).toBe('recorded');
    const [submission] = await admin.query<{ status: string }>({
      text: 'select status from submissions where id = $1',
      values: [submissionId],
    });
    expect(submission?.status).toBe('Accepted');
  });
});
