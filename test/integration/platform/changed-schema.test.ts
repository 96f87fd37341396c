import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { GradingResult } from '../../../domain/judging/submission.js';
import type { Database } from '../../../platform/postgres/database.js';
import { createDatabase } from '../../../platform/postgres/database.js';
import { createSubmissionStore } from '../../../platform/postgres/submission-store.js';
import { createLogger } from '../../../platform/process/logger.js';
import { Secret } from '../../../platform/settings/secret.js';
import { applySchema } from '../../../reference-backend/apply-schema.js';
import { problemBody, submissionBody } from '../../../reference-backend/bodies.js';
import { createProblem, createSubmission } from '../../../reference-backend/queries.js';
import type { TestDatabase } from '../services-fixture.js';
import { createTestDatabase } from '../services-fixture.js';

const log = createLogger({ name: 'test', level: 'silent', format: 'json' });
let testDatabase: TestDatabase;
let admin: Database;
/** With one connection, as its prepared statements are what a change of the schema upsets. */
let database: Database;
let submissionId: number;
let problemId: number;
let testIds: readonly number[];

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  await applySchema(testDatabase.url);
  const options = { url: new Secret(testDatabase.url), applicationName: 'changed-schema', log };
  admin = createDatabase(options);
  database = createDatabase({ ...options, maxConnections: 1 });
});
beforeEach(async () => {
  const tests = [
    { expected_output: 'x', points: 10 },
    { expected_output: 'y', points: 30 },
  ];
  const made = await createProblem(admin, problemBody.parse({ title: 'Sum', test_cases: tests }));
  problemId = made.problem_id;
  testIds = made.test_case_ids;
  submissionId = await createSubmission(
    admin,
    submissionBody.parse({ problem_id: problemId, source_code: 'x' }),
  );
});
afterAll(async () => {
  await database.close();
  await admin.close();
  await testDatabase.drop();
});

test('the score may be dropped and added between two records', async () => {
  const store = createSubmissionStore(database, { recordResult: 'always' });
  expect(await store.recordResult(submissionId, verdict())).toBe('recorded');
  await forgetting('alter table submissions drop column cached_score');
  expect(await store.recordResult(submissionId, verdict())).toBe('recorded');
  await forgetting('alter table submissions add column cached_score int default 0');
  expect(await store.recordResult(submissionId, verdict())).toBe('recorded');
});

test('columns may be widened: what was prepared before fails once, and numbers stay numbers', async () => {
  const store = createSubmissionStore(database, { recordResult: 'always' });
  expect(await store.recordResult(submissionId, verdict())).toBe('recorded');
  expect(await store.findHeader(submissionId)).toMatchObject({ problemTitle: 'Sum' });
  await forgetting(`alter table problems alter title type text, alter id type bigint, alter class_id type bigint;
    alter table test_cases alter id type bigint, alter points type numeric;
    alter table submissions alter id type bigint, alter problem_id type bigint`);

  await store.findHeader(submissionId).catch(() => undefined);
  expect(await store.findHeader(submissionId)).toMatchObject({ classId: expect.any(Number) });
  await store.recordResult(submissionId, verdict()).catch(() => undefined);
  expect(await store.recordResult(submissionId, verdict())).toBe('recorded');
  const ids = { submissionId, problemId, testCaseIds: testIds, testCasePoints: [10, 30] };
  expect(await store.loadPlan(submissionId)).toMatchObject(ids);
  expect(await store.loadTestCase(testIds[0] ?? 0)).toMatchObject({ id: testIds[0] });
  const [row] = await admin.query<{ cached_score: number }>({
    text: 'select cached_score from submissions where id = $1',
    values: [submissionId],
  });
  expect(row).toEqual({ cached_score: 25 });
});

/** And what was recorded, too: the same result would not be written once more. */
async function forgetting(change: string): Promise<void> {
  await admin.query({ text: `${change}; delete from submission_results` });
}

/** Of 10 and 30 points, the first are earned. */
function verdict(): GradingResult {
  const statuses = ['Accepted', 'Wrong Answer'] as const;
  return {
    overallStatus: 'Wrong Answer',
    results: statuses.map((status, index) => ({
      testCaseId: testIds[index] ?? 0,
      status,
      executionTimeMs: 1,
      memoryUsedKb: 1,
      outputReceived: null,
      errorMessage: null,
    })),
  };
}
