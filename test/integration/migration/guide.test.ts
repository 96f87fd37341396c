import { chmodSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { projectRoot } from '../../../devstack/project-root.js';
import type { Database } from '../../../platform/postgres/database.js';
import { createDatabase } from '../../../platform/postgres/database.js';
import { createLogger } from '../../../platform/process/logger.js';
import { Secret } from '../../../platform/settings/secret.js';
import { storeVerdict } from '../../../reference-backend/store-verdict.js';
import type { LegacyWorker } from '../../stand-ins/legacy-worker.js';
import { startLegacyWorker } from '../../stand-ins/legacy-worker.js';
import type { TestStack } from '../grading/stack-fixture.js';
import { createTestStack, required, sumProblem, until, untilGraded } from '../grading/stack-fixture.js';
import { guideSteps } from './guide-blocks.js';
import type { ShellSession } from './shell-session.js';
import { startShell } from './shell-session.js';

const guide = readFileSync(join(projectRoot, 'docs/migration.md'), 'utf8');
const source = 'a, b = map(int, input().split())\nprint(a + b)\n';

let stack: TestStack;
let database: Database;
let legacy: LegacyWorker;
let shell: ShellSession;
let problemId: number;
/** What the legacy worker has graded. */
let graded: number[];

beforeAll(async () => {
  stack = await createTestStack();
  await stack.start('backend');
  database = createDatabase({
    url: new Secret(stack.places.databaseUrl),
    applicationName: 'test',
    log: createLogger({ name: 'test', level: 'silent', format: 'json' }),
  });
  problemId = await stack.backend.createProblem(sumProblem);
  legacy = startLegacy(stack.places.queue);
  graded = await Promise.all([submit(), submit(), submit(), submit()]);
  for (const id of graded) await untilGraded(stack, id);
  shell = startShell(checkout(), {
    // Of the test alone: its Docker engine, its namespace, and a name that no other worker here has.
    DOCKER_HOST: required('GRADER_TEST_DOCKER_HOST'),
    TEMPORAL_NAMESPACE: stack.places.namespace,
    HOST_ID: stack.places.namespace,
  });
});

afterAll(async () => {
  await shell?.close();
  await legacy?.close();
  await database?.close();
  await stack?.stop();
});

it('is run from its first command to its last', async () => {
  for (const step of guideSteps(guide)) {
    if (step.kind === 'meanwhile') await doMeanwhile(step.text);
    else process.stdout.write(await shell.run(asOurs(step.text)));
  }
  expect(await pending()).toBe(0);
  expect(guideSteps(guide).filter(({ kind }) => kind === 'commands').length).toBeGreaterThan(10);
}, 1_800_000);

it('leaves every submission handed in meanwhile with its verdict', async () => {
  const { rows } = await ask('select status, count(*)::int as count from submissions group by status');
  expect(rows).toEqual([{ status: 'Accepted', count: graded.length + meanwhile }]);
});

let meanwhile = 0;
let gradedByLegacy = 0;

/** What a person, or the platform, does between the commands. */
async function doMeanwhile(what: string): Promise<void> {
  switch (what) {
    case 'wait until graded':
      await until('the published submission is graded by us', async () =>
        (await shell.run('./grader recent')).includes('ours'),
      );
      return;
    case 'wait until consuming':
      await until('the bridge consumes', async () =>
        (await shell.run('./grader mode show')).includes('consuming'),
      );
      await handIn(3);
      return;
    case 'the legacy worker reads the legacy queue':
      await legacy.close();
      legacy = startLegacy(`${stack.places.queue}.legacy`);
      await handIn(3);
      return;
    case 'submissions are forwarded':
      await gradeBy('the legacy worker', 'router 0 % (v');
      return;
    case 'submissions are all graded here':
      await gradeBy('us', 'router 100 % (v');
      return;
    case 'the legacy worker is stopped':
      await legacy.close();
      await handIn(3);
      return;
    case "the legacy worker reads the platform's queue":
      legacy = startLegacy(stack.places.queue);
      await handIn(3);
      await until('everything handed in is graded', async () => (await pending()) === 0);
      return;
    default:
      throw new Error(`the guide asks for something this test does not do: ${what}`);
  }
}

/** @param setting which the bridge must obey first */
async function gradeBy(who: 'us' | 'the legacy worker', setting: string): Promise<void> {
  await until('the bridge obeys', async () => (await shell.run('./grader mode show')).includes(setting));
  await until('everything handed in is graded', async () => (await pending()) === 0);
  const before = gradedByLegacy;
  await handIn(3);
  await until('everything handed in is graded', async () => (await pending()) === 0);
  expect(gradedByLegacy - before).toBe(who === 'us' ? 0 : 3);
}

async function handIn(count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) await submit();
  meanwhile += count;
}

function submit(): Promise<number> {
  return stack.backend.submit({ problem_id: problemId, language: 'python', source_code: source });
}

/** The legacy worker, whose verdict is known beforehand: every program here is right. */
function startLegacy(queue: string): LegacyWorker {
  return startLegacyWorker({
    amqpUrl: stack.places.amqpUrl,
    queue,
    gradeMs: 100,
    onGraded: async (id) => {
      const { rows } = await ask('select id from test_cases where problem_id = $1 order by id', [problemId]);
      const results = rows.map((row) => ({
        test_case_id: Number(row.id),
        status: 'Accepted',
        execution_time_ms: 20,
        memory_used_kb: 9000,
        output_received: '3',
        error_message: null,
      }));
      gradedByLegacy += 1;
      await storeVerdict(database, id, { overall_status: 'Accepted', results });
    },
  });
}

/** The guide's examples with what is ours instead. */
function asOurs(commands: string): string {
  return commands
    .replaceAll('/opt/grading-worker/.env', 'old.env')
    .replaceAll('temporal.example:7233', required('GRADER_TEST_TEMPORAL_ADDRESS'))
    .replaceAll('grading_queue', stack.places.queue)
    .replaceAll(/\b17\b/g, String(graded[0]));
}

/** A directory like a checkout, but with its own `.env`, and a `./grader` that does not install and build. */
function checkout(): string {
  const directory = mkdtempSync(join(tmpdir(), 'grader-migration-'));
  writeFileSync(
    join(directory, 'grader'),
    `#!/bin/sh
cli=${projectRoot}/dist/cli.js
case "$*" in
  worker) cli=${projectRoot}/dist/worker.js; shift ;;
  bridge) cli=${projectRoot}/dist/bridge.js; shift ;;
esac
exec ${process.execPath} "$cli" "$@"
`,
  );
  chmodSync(join(directory, 'grader'), 0o755);
  symlinkSync(join(projectRoot, 'docs'), join(directory, 'docs'));
  writeFileSync(
    join(directory, 'old.env'),
    // Without a last newline, as editors leave it.
    `RABBITMQ_HOST=${new URL(stack.places.amqpUrl).host}
RABBITMQ_QUEUE=${stack.places.queue}
DATABASE_URL=${stack.places.databaseUrl}
BACKEND_API_URL=${stack.backendUrl}
DOCKER_IMAGE=${stack.places.image}
CONTAINER_POOL_SIZE=2
TEMP_DIR=${join(directory, 'scratch')}`,
  );
  return directory;
}

async function pending(): Promise<number> {
  const { rows } = await ask(`select count(*)::int as count from submissions where status = 'Pending'`);
  return Number(rows[0]?.count);
}

async function ask(text: string, values: readonly unknown[] = []) {
  const client = new pg.Client({ connectionString: stack.places.databaseUrl });
  await client.connect();
  try {
    return await client.query<Record<string, unknown>>(text, [...values]);
  } finally {
    await client.end();
  }
}
