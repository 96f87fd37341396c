import type { ChildProcessByStdio } from 'node:child_process';
import { spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../../platform/postgres/database.js';
import { createDatabase } from '../../../platform/postgres/database.js';
import { createLogger } from '../../../platform/process/logger.js';
import { Secret } from '../../../platform/settings/secret.js';
import { applySchema } from '../../../reference-backend/apply-schema.js';
import { problemBody, submissionBody } from '../../../reference-backend/bodies.js';
import { createProblem, createSubmission, readSubmission } from '../../../reference-backend/queries.js';
import { storeVerdict } from '../../../reference-backend/store-verdict.js';
import { eventually } from '../eventually.js';
import type { TestDatabase } from '../services-fixture.js';
import { createTestDatabase } from '../services-fixture.js';

const log = createLogger({ name: 'test', level: 'silent', format: 'json' });
let testDatabase: TestDatabase;
let backend: Database;
const recorders: Recorder[] = [];

beforeAll(async () => {
  testDatabase = await createTestDatabase();
  await applySchema(testDatabase.url);
  backend = createDatabase({ url: new Secret(testDatabase.url), applicationName: 'fencing-test', log });
});
afterEach(async () => {
  for (const recorder of recorders.splice(0)) await recorder.end();
});
afterAll(async () => {
  await backend.close();
  await testDatabase.drop();
});

describe('a process that is frozen while it records a verdict', () => {
  it('holds no lock, and cannot overwrite the verdict that was written meanwhile', async () => {
    const { submissionId, testCaseId } = await aSubmission();
    const recorder = startRecorder(submissionId, testCaseId, 'Accepted');
    await recorder.said('ready');
    const lock = new pg.Client({ connectionString: testDatabase.url });
    await lock.connect();
    await lock.query('begin');
    await lock.query('select 1 from submissions where id = $1 for update', [submissionId]);
    recorder.goOn();
    // It waits for the row, inside its transaction. Asked elsewhere: a transaction sees the activity as it was once.
    await eventually(async () => {
      const waiting = await backend.query({
        text: `select 1 from pg_stat_activity where application_name = 'frozen-recorder' and wait_event_type = 'Lock'`,
      });
      expect(waiting).toHaveLength(1);
    });
    recorder.process.kill('SIGSTOP');
    // The row is its own from now on, in the server's eyes.
    await lock.query('commit');
    await lock.end();
    await sleep(500);
    expect(await storeVerdict(backend, submissionId, newer(testCaseId))).toBe(true);
    recorder.process.kill('SIGCONT');
    expect(await recorder.outcome()).not.toBe('recorded');
    expect(await readSubmission(backend, submissionId)).toMatchObject(newerState);
  });

  it('writes nothing when it wakes up with the whole transaction still before it', async () => {
    const { submissionId, testCaseId } = await aSubmission();
    const recorder = startRecorder(submissionId, testCaseId, 'Accepted');
    await recorder.said('ready');
    recorder.process.kill('SIGSTOP');
    await storeVerdict(backend, submissionId, newer(testCaseId));
    await sleep(7_000);
    recorder.process.kill('SIGCONT');
    recorder.goOn();
    expect(await recorder.outcome()).toContain('AttemptExpiredError');
    expect(await readSubmission(backend, submissionId)).toMatchObject(newerState);
  });

  it('records as ever when nothing happened to it', async () => {
    const { submissionId, testCaseId } = await aSubmission();
    const recorder = startRecorder(submissionId, testCaseId, 'Accepted');
    await recorder.said('ready');
    recorder.goOn();
    expect(await recorder.outcome()).toBe('recorded');
    expect(await readSubmission(backend, submissionId)).toMatchObject({ status: 'Accepted' });
  });
});

async function aSubmission(): Promise<{ submissionId: number; testCaseId: number }> {
  const { problem_id, test_case_ids } = await createProblem(
    backend,
    problemBody.parse({ title: 'Sum', test_cases: [{ input_data: '1', expected_output: '1' }] }),
  );
  const submissionId = await createSubmission(
    backend,
    submissionBody.parse({ problem_id, source_code: 'x' }),
  );
  return { submissionId, testCaseId: test_case_ids[0] ?? 0 };
}

const newer = (testCaseId: number) => ({
  overall_status: 'Wrong Answer',
  results: [{ test_case_id: testCaseId, status: 'Wrong Answer' }],
});
const newerState = { status: 'Wrong Answer', results: [{ status: 'Wrong Answer' }] };

interface Recorder {
  readonly process: ChildProcessByStdio<Writable, Readable, null>;
  said(line: string): Promise<void>;
  goOn(): void;
  outcome(): Promise<string>;
  end(): Promise<void>;
}

function startRecorder(submissionId: number, testCaseId: number, status: string): Recorder {
  const script = fileURLToPath(new URL('frozen-recorder.ts', import.meta.url));
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', script, testDatabase.url, String(submissionId), String(testCaseId), status],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const recorder: Recorder = {
    process: child,
    said: (line) => eventually(() => expect(output.split('\n')).toContain(line)).then(() => undefined),
    goOn: () => void child.stdin.write('go on\n'),
    async outcome() {
      await ended;
      return /^outcome (.*)$/m.exec(output)?.[1] ?? `it said only: ${output}`;
    },
    async end() {
      child.kill('SIGKILL');
      await ended;
    },
  };
  recorders.push(recorder);
  return recorder;
}
