import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { GradingResult } from '../../../domain/judging/submission.js';
import type { Database } from '../../../platform/postgres/database.js';
import { createDatabase } from '../../../platform/postgres/database.js';
import { ResultRefusedError, WriteFailedError } from '../../../platform/postgres/failed-write.js';
import { createRejudgeStore } from '../../../platform/postgres/rejudge-store.js';
import { createSubmissionStore } from '../../../platform/postgres/submission-store.js';
import { createLogger } from '../../../platform/process/logger.js';
import { Secret } from '../../../platform/settings/secret.js';
import { applySchema } from '../../../reference-backend/apply-schema.js';
import { problemBody, submissionBody } from '../../../reference-backend/bodies.js';
import { createProblem, createSubmission, readSubmission } from '../../../reference-backend/queries.js';
import type { TestDatabase } from '../services-fixture.js';
import { createTestDatabase } from '../services-fixture.js';

const log = createLogger({ name: 'test', level: 'silent', format: 'json' });
let testDatabase: TestDatabase;
let database: Database;
let submissionId: number;
let testIds: readonly number[];

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  await applySchema(testDatabase.url);
  database = createDatabase({ url: new Secret(testDatabase.url), applicationName: 'failed-write', log });
});
beforeEach(async () => {
  const tests = [{ expected_output: 'x' }, { expected_output: 'y' }];
  const made = await createProblem(database, problemBody.parse({ title: 'Two', test_cases: tests }));
  testIds = made.test_case_ids;
  const body = submissionBody.parse({ problem_id: made.problem_id, source_code: 'x' });
  submissionId = await createSubmission(database, body);
});
afterAll(async () => {
  await database.close();
  await testDatabase.drop();
});

describe('a database that does not take a result now', () => {
  test.each([
    ['23505', /sequence of its ids/],
    ['23514', /constraint or a trigger/],
    ['23502', /constraint or a trigger/],
    ['23503', /constraint or a trigger/],
    ['P0001', /A trigger/],
    ['22021', /encoding/],
    ['22P05', /encoding/],
    ['22001', /encoding/],
    ['40001', /same time/],
    ['40P01', /same time/],
    ['42501', /may not write.*RECORD_RESULT=auto/],
    ['25006', /The database is read-only, such as a standby: DATABASE_URL should name the primary/],
    ['53100', /disk/],
    ['57014', /locked/],
    ['55P03', /locked/],
    ['XX000', /log of the database server/],
  ])('with %s takes it once the cause is gone', async (code, message) => {
    await refuseResults(code);
    const store = createSubmissionStore(database, { recordResult: 'always' });
    const error = await store.recordResult(submissionId, verdict()).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(WriteFailedError);
    expect(error).toMatchObject({ isRetryable: true, message: expect.stringMatching(message) });
    await takeResults();
    expect(await store.recordResult(submissionId, verdict())).toBe('recorded');
    expect(await readSubmission(database, submissionId)).toMatchObject({ status: 'Accepted' });
  });

  test.each(['42501', '25006'])(
    'with %s is left to the backend where the setting allows it',
    async (code) => {
      await refuseResults(code);
      const store = createSubmissionStore(database, { recordResult: 'auto' });
      expect(await store.recordResult(submissionId, verdict())).toBe('not-permitted');
      await takeResults();
    },
  );

  test('whose sequence is behind, as after a restore', async () => {
    const store = createSubmissionStore(database, { recordResult: 'auto' });
    await store.recordResult(submissionId, verdict());
    const other = await createSubmission(
      database,
      submissionBody.parse({ problem_id: await problemOf(submissionId), source_code: 'x' }),
    );
    await database.query({
      text: `select setval(pg_get_serial_sequence('submission_results', 'id'), (select min(id) from submission_results))`,
    });
    await expect(store.recordResult(other, verdict())).rejects.toThrow(/select setval\(/);
    await database.query({
      text: `select setval(pg_get_serial_sequence('submission_results', 'id'), (select max(id) from submission_results))`,
    });
    expect(await store.recordResult(other, verdict())).toBe('recorded');
  });

  test('but has it already, as the backend wrote it, is done', async () => {
    const store = createSubmissionStore(database, { recordResult: 'always' });
    await store.recordResult(submissionId, verdict());
    await refuseResults('23514');
    expect(await store.recordResult(submissionId, verdict())).toBe('recorded');
    const other = { ...verdict(), overallStatus: 'Wrong Answer' as const };
    await expect(store.recordResult(submissionId, other)).rejects.toBeInstanceOf(WriteFailedError);
    await takeResults();
  });
});

describe('a result that can never be written', () => {
  test('as a test was deleted is given up, whoever records', async () => {
    await database.query({ text: 'delete from test_cases where id = $1', values: [testIds[1]] });
    const stores = [
      createSubmissionStore(database, { recordResult: 'auto' }).recordResult(submissionId, verdict()),
      createRejudgeStore(database, { recordResult: 'auto' }).recordIfUnchanged(submissionId, 'x', verdict()),
    ];
    for (const recording of stores) {
      const error = await recording.catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(ResultRefusedError);
      expect(error).toMatchObject({
        isRetryable: false,
        message: expect.stringContaining(`(deleted: ${testIds[1]})`),
      });
    }
  });

  test('as the submission was deleted is not found', async () => {
    await database.query({ text: 'delete from submissions where id = $1', values: [submissionId] });
    const store = createSubmissionStore(database, { recordResult: 'auto' });
    expect(await store.recordResult(submissionId, verdict())).toBe('not-found');
  });

  test('where nothing was deleted, the code alone of a missing test proves nothing', async () => {
    await refuseResults('23503');
    const store = createSubmissionStore(database, { recordResult: 'auto' });
    await expect(store.recordResult(submissionId, verdict())).rejects.toBeInstanceOf(WriteFailedError);
    await takeResults();
  });
});

/** As a trigger of the platform does, or whatever else ends in this SQLSTATE. */
async function refuseResults(code: string): Promise<void> {
  await database.query({
    text: `create or replace function refuse() returns trigger language plpgsql as
      $$ begin raise exception 'not now' using errcode = '${code}'; end $$`,
  });
  await database.query({
    text: 'create trigger refuse before insert on submission_results for each row execute function refuse()',
  });
}

async function takeResults(): Promise<void> {
  await database.query({ text: 'drop trigger refuse on submission_results' });
}

async function problemOf(id: number): Promise<number> {
  const [row] = await database.query<{ problem_id: number }>({
    text: 'select problem_id from submissions where id = $1',
    values: [id],
  });
  return row?.problem_id ?? 0;
}

function verdict(): GradingResult {
  const results = testIds.map((testCaseId) => ({
    testCaseId,
    status: 'Accepted' as const,
    executionTimeMs: 2,
    memoryUsedKb: 3_404,
    outputReceived: 'x',
    errorMessage: null,
  }));
  return { overallStatus: 'Accepted', results };
}
