import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Database } from '../../../platform/postgres/database.js';
import { createDatabase } from '../../../platform/postgres/database.js';
import { createLogger } from '../../../platform/process/logger.js';
import type { Settings } from '../../../platform/settings/settings.js';
import { loadSettings } from '../../../platform/settings/settings.js';
import type { TemporalClient } from '../../../platform/temporal/connection.js';
import { createTemporalClient } from '../../../platform/temporal/connection.js';
import { createProblem, createSubmission } from '../../../reference-backend/queries.js';
import { storeVerdict } from '../../../reference-backend/store-verdict.js';
import { runGrader } from '../grader-command.js';
import type { TestStack } from '../grading/stack-fixture.js';
import { createTestStack } from '../grading/stack-fixture.js';

export const log = createLogger({ name: 'test', level: 'silent', format: 'json' });

/** A stack without a bridge, whose backend only counts what it is told. */
export interface ParityStack {
  readonly stack: TestStack;
  readonly settings: Settings;
  readonly database: Database;
  readonly temporal: TemporalClient;
  /** Requests the backend has had. */
  posts(): number;
  /** What the command prints; rejects with it when the command fails. */
  grader(...words: readonly string[]): Promise<string>;
  /** Everything the platform has stored, row ids included. */
  stored(): Promise<unknown>;
  stop(): Promise<void>;
}

export async function startParityStack(): Promise<ParityStack> {
  const backend = await startCountingBackend();
  const stack = await createTestStack({ BACKEND_API_URL: backend.url });
  const settings = loadSettings({ ...stack.environment });
  const database = createDatabase({ url: settings.databaseUrl, applicationName: 'test', log });
  const temporal = createTemporalClient(settings.temporal);
  return {
    stack,
    settings,
    database,
    temporal,
    posts: backend.posts,
    async grader(...words) {
      const { status, stdout, stderr } = await runGrader(words, stack.environment);
      if (status !== 0) throw new Error(`${stdout}${stderr}`);
      return stdout;
    },
    stored: async () => ({
      submissions: await database.query({ text: 'select * from submissions order by id' }),
      results: await database.query({ text: 'select * from submission_results order by id' }),
    }),
    async stop() {
      await stack.stop();
      await Promise.all([database.close(), temporal.close(), backend.close()]);
    },
  };
}

export interface LegacyTest {
  readonly status: string;
  readonly ms?: number;
  readonly kb?: number;
}

export interface LegacyProblem {
  readonly id: number;
  readonly testIds: readonly number[];
}

export async function newProblem(
  database: Database,
  title: string,
  tests: readonly (readonly [input: string, expected: string])[],
  more: { readonly signature?: string; readonly name?: string; readonly limitMs?: number } = {},
): Promise<LegacyProblem> {
  const made = await createProblem(database, {
    title,
    grading_mode: more.signature === undefined ? 'stdio' : 'function',
    function_signature: more.signature ?? null,
    function_name: more.name ?? null,
    time_limit_ms: more.limitMs ?? 1000,
    memory_limit_kb: 256_000,
    language_limits: null,
    test_cases: tests.map(([input_data, expected_output]) => ({
      input_data,
      expected_output,
      is_hidden: false,
      points: 10,
    })),
  });
  return { id: made.problem_id, testIds: made.test_case_ids };
}

/** A submission as the legacy worker leaves it: its POST stored by the backend. Without `status` it stays Pending. */
export async function gradedByLegacy(
  database: Database,
  problem: LegacyProblem,
  program: { readonly source: string; readonly language: string },
  verdict?: { readonly status: string; readonly tests: readonly LegacyTest[] },
): Promise<number> {
  const id = await createSubmission(database, {
    problem_id: problem.id,
    source_code: program.source,
    language: program.language,
    is_test: false,
  });
  if (verdict === undefined) return id;
  await storeVerdict(database, id, {
    overall_status: verdict.status,
    results: verdict.tests.map(({ status, ms = 24, kb = 9200 }, index) => ({
      test_case_id: problem.testIds[index] ?? null,
      status,
      execution_time_ms: ms,
      memory_used_kb: kb,
      output_received: 'x',
      error_message: null,
    })),
  });
  return id;
}

async function startCountingBackend() {
  let posts = 0;
  const server = createServer((request, response) => {
    posts += 1;
    request.resume();
    response.setHeader('content-type', 'application/json').end('{"msg": "Result updated successfully"}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    posts: () => posts,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
