import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RejudgeStore } from '../../../activities/rejudge-dependencies.js';
import type { GradingResult } from '../../../domain/judging/submission.js';
import type { RejudgeCriteria } from '../../../domain/rejudge/rejudge-selection.js';
import { anySubmission } from '../../../domain/rejudge/rejudge-selection.js';
import type { Database } from '../../../platform/postgres/database.js';
import { createDatabase } from '../../../platform/postgres/database.js';
import { createRejudgeStore, findRejudgeCandidates } from '../../../platform/postgres/rejudge-store.js';
import { createSubmissionStore } from '../../../platform/postgres/submission-store.js';
import { createLogger } from '../../../platform/process/logger.js';
import { Secret } from '../../../platform/settings/secret.js';
import { applySchema } from '../../../reference-backend/apply-schema.js';
import { problemBody } from '../../../reference-backend/bodies.js';
import { createProblem, createSubmission } from '../../../reference-backend/queries.js';
import { storeVerdict } from '../../../reference-backend/store-verdict.js';
import type { TestDatabase } from '../services-fixture.js';
import { createTestDatabase } from '../services-fixture.js';

let server: TestDatabase;
let database: Database;
let store: RejudgeStore;
let problem: number;
let tests: number[];
let submission: number;

beforeAll(async () => {
  server = await createTestDatabase();
  await applySchema(server.url);
  database = createDatabase({
    url: new Secret(server.url),
    applicationName: 'test',
    log: createLogger({ name: 'test', level: 'silent', format: 'json' }),
  });
  store = createRejudgeStore(database, { recordResult: 'auto' });
});

afterAll(async () => {
  await database.close();
  await server.drop();
});

beforeEach(async () => {
  const made = await createProblem(database, problemBody.parse({ title: 'Sum', test_cases: [{}, {}] }));
  problem = made.problem_id;
  tests = made.test_case_ids;
  submission = await newSubmission('cpp');
  await createSubmissionStore(database, { recordResult: 'auto' }).recordResult(
    submission,
    result('Wrong Answer'),
  );
});

function newSubmission(language: string): Promise<number> {
  return createSubmission(database, { problem_id: problem, source_code: 'x', language, is_test: false });
}

function result(second: 'Accepted' | 'Wrong Answer', output = '8'): GradingResult {
  const row = (index: number, status: 'Accepted' | 'Wrong Answer') => ({
    testCaseId: tests[index] ?? 0,
    status,
    executionTimeMs: 3,
    memoryUsedKb: 3400,
    outputReceived: output,
    errorMessage: null,
  });
  return { overallStatus: second, results: [row(0, 'Accepted'), row(1, second)] };
}

async function stored() {
  const [found] = await store.loadStoredResults([submission]);
  if (found === undefined) throw new Error('The submission is not there.');
  return found;
}

describe('the stored result', () => {
  it('is read without its texts', async () => {
    expect(await stored()).toMatchObject({
      submissionId: submission,
      status: 'Wrong Answer',
      score: 50,
      tests: [
        { id: tests[0], status: 'Accepted', timeMs: 3 },
        { id: tests[1], status: 'Wrong Answer', timeMs: 3 },
      ],
      fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
    });
    expect(JSON.stringify(await stored())).not.toContain('"8"');
  });

  it('has the same fingerprint when the backend writes the same again', async () => {
    const before = await stored();
    const rows = result('Wrong Answer').results.map((row) => ({
      test_case_id: row.testCaseId,
      status: row.status,
      execution_time_ms: row.executionTimeMs,
      memory_used_kb: row.memoryUsedKb,
      output_received: row.outputReceived,
      error_message: row.errorMessage,
    }));
    await storeVerdict(database, submission, { overall_status: 'Wrong Answer', results: rows });
    expect(await stored()).toEqual(before);
  });

  it.each([
    ['the status', 'update submissions set status = $$Accepted$$ where id = $1'],
    ['a time', 'update submission_results set execution_time_ms = 4 where submission_id = $1'],
    ['an output', 'update submission_results set output_received = $$9$$ where submission_id = $1'],
    ['the rows', 'delete from submission_results where submission_id = $1'],
  ])('has another fingerprint when %s changed', async (_what, text) => {
    const before = await stored();
    await database.query({ text, values: [submission] });
    expect((await stored()).fingerprint).not.toBe(before.fingerprint);
  });

  it('has a score where the deployment keeps none', async () => {
    await database.query({ text: 'alter table submissions rename column cached_score to other_score' });
    try {
      expect((await stored()).score).toBe(50);
    } finally {
      await database.query({ text: 'alter table submissions rename column other_score to cached_score' });
    }
  });
});

describe('recording if unchanged', () => {
  it('replaces the result it was compared with', async () => {
    const { fingerprint } = await stored();
    expect(await store.recordIfUnchanged(submission, fingerprint, result('Accepted'))).toBe('recorded');
    expect(await stored()).toMatchObject({ status: 'Accepted', score: 100 });
  });

  it('may be done again after an answer that was lost', async () => {
    const { fingerprint } = await stored();
    await store.recordIfUnchanged(submission, fingerprint, result('Accepted'));
    expect(await store.recordIfUnchanged(submission, fingerprint, result('Accepted'))).toBe('recorded');
  });

  it('leaves a result alone that was replaced meanwhile, to the last row', async () => {
    const { fingerprint } = await stored();
    await database.query({
      text: 'update submission_results set output_received = $$by hand$$ where submission_id = $1',
      values: [submission],
    });
    const before = await stored();
    expect(await store.recordIfUnchanged(submission, fingerprint, result('Accepted'))).toBe('conflict');
    expect(await stored()).toEqual(before);
  });

  it('lets one of two that were compared with the same result win', async () => {
    const { fingerprint } = await stored();
    const outcomes = await Promise.all(
      ['8', '9', '10'].map((output) =>
        store.recordIfUnchanged(submission, fingerprint, result('Accepted', output)),
      ),
    );
    expect(outcomes.toSorted()).toEqual(['conflict', 'conflict', 'recorded']);
  });

  it('only compares where the backend alone writes', async () => {
    const comparing = createRejudgeStore(database, { recordResult: 'never' });
    const before = await stored();
    expect(await comparing.recordIfUnchanged(submission, before.fingerprint, result('Accepted'))).toBe(
      'not-permitted',
    );
    expect(await comparing.recordIfUnchanged(submission, 'other', result('Accepted'))).toBe('conflict');
    expect(await comparing.recordIfUnchanged(2 ** 31 - 1, 'other', result('Accepted'))).toBe('not-found');
    expect(await stored()).toEqual(before);
  });
});

describe('the selection', () => {
  const select = async (criteria: Partial<RejudgeCriteria>) =>
    (await findRejudgeCandidates(database, { ...anySubmission, problemIds: [problem], ...criteria })).map(
      ({ submissionId }) => submissionId,
    );

  it('meets every criterion that is given', async () => {
    const python = await newSubmission('Python3');
    await database.query({
      text: `update submissions set submitted_at = '2026-01-01T10:00' where id = $1`,
      values: [python],
    });
    const [owner] = await database.query<{ class_id: number }>({
      text: 'select class_id from problems where id = $1',
      values: [problem],
    });
    expect(await select({})).toEqual([submission, python]);
    expect(await select({ languages: ['python'] })).toEqual([python]);
    expect(await select({ languages: ['c++'] })).toEqual([submission]);
    expect(await select({ verdicts: ['Wrong Answer'] })).toEqual([submission]);
    expect(await select({ submissionIds: [python] })).toEqual([python]);
    expect(await select({ classIds: [owner?.class_id ?? 0] })).toEqual([submission, python]);
    expect(await select({ classIds: [999_999] })).toEqual([]);
    const noon = new Date('2026-01-01T12:00:00Z');
    const ten = new Date('2026-01-01T10:00:00Z');
    expect(await select({ until: noon })).toEqual([python]);
    expect(await select({ since: ten, until: noon })).toEqual([python]);
    expect(await select({ until: ten })).toEqual([]);
    expect(await select({ since: noon })).toEqual([submission]);
  });
});
