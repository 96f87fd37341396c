import { createDatabase } from '../../../platform/postgres/database.js';
import { createLogger } from '../../../platform/process/logger.js';
import { Secret } from '../../../platform/settings/secret.js';
import { createSubmission } from '../../../reference-backend/queries.js';
import type { TestStack } from '../grading/stack-fixture.js';
import { sumSource } from '../grading/stack-fixture.js';
import { gradedByLegacy } from '../parity/parity-fixture.js';

const wrong = { source_code: sumSource.replace('a + b', 'a - b'), language: 'cpp' };

/** What no message tells of: the legacy worker's results, and a submission that is forgotten. */
export interface Planted {
  /** The legacy worker took it for right; it is wrong. */
  readonly differing: number;
  readonly strand: () => Promise<number>;
  /** A test for the problem of a submission. */
  readonly addTest: (
    submissionId: number,
    test: { readonly input: string; readonly expected: string },
  ) => Promise<void>;
  /** What all tests of a submission's problem expect from now on. */
  readonly setExpected: (submissionId: number, expected: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

export async function plantIn({ places }: TestStack, problemId: number): Promise<Planted> {
  const database = createDatabase({
    url: new Secret(places.databaseUrl),
    applicationName: 'test',
    log: createLogger({ name: 'test', level: 'silent', format: 'json' }),
  });
  const tests = await database.query<{ id: number }>({
    text: 'select id from test_cases where problem_id = $1::bigint order by id',
    values: [problemId],
  });
  const problem = { id: problemId, testIds: tests.map(({ id }) => id) };
  const ok = { status: 'Accepted' };
  const differing = await gradedByLegacy(
    database,
    problem,
    { source: wrong.source_code, language: wrong.language },
    { status: 'Accepted', tests: tests.map(() => ok) },
  );
  return {
    differing,
    async strand() {
      const id = await createSubmission(database, { problem_id: problemId, ...wrong, is_test: false });
      await database.query({
        text: `update submissions set submitted_at = (now() at time zone 'utc') - interval '2 hours' where id = $1::bigint`,
        values: [id],
      });
      return id;
    },
    async addTest(submissionId, { input, expected }) {
      await database.query({
        text: `insert into test_cases (problem_id, input_data, expected_output, points)
          select problem_id, $2, $3, 10 from submissions where id = $1::bigint`,
        values: [submissionId, input, expected],
      });
    },
    async setExpected(submissionId, expected) {
      await database.query({
        text: `update test_cases set expected_output = $2
          where problem_id = (select problem_id from submissions where id = $1::bigint)`,
        values: [submissionId, expected],
      });
    },
    close: () => database.close(),
  };
}
