import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import getPort from 'get-port';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { projectRoot } from '../../devstack/project-root.js';
import type { BackendApi } from '../../devstack/stack/backend-api.js';
import { createBackendApi, isUngraded } from '../../devstack/stack/backend-api.js';
import type { Database } from '../../platform/postgres/database.js';
import { createDatabase } from '../../platform/postgres/database.js';
import { createLogger } from '../../platform/process/logger.js';
import { Secret } from '../../platform/settings/secret.js';
import { storeVerdict } from '../../reference-backend/store-verdict.js';
import { eventually } from '../integration/eventually.js';
import { guideSteps } from '../integration/migration/guide-blocks.js';
import type { ShellSession } from '../integration/migration/shell-session.js';
import { startShell } from '../integration/migration/shell-session.js';
import type { LegacyWorker } from '../stand-ins/legacy-worker.js';
import { startLegacyWorker } from '../stand-ins/legacy-worker.js';
import { docker, dockerSocket } from './compose-project.js';

/*
 * docs/migration.md beside a platform that runs in Docker, from a fresh clone: what deploy/README.md says of attach.yml,
 * then every command of the guide, with what the table of that page has instead. The legacy worker is as stiff as the
 * Python worker: it reads grading_queue as guest, and only its broker's host can be set.
 */
const name = `grading-migration-${process.pid}`;
const platform = `${name}-platform`;
const patienceMs = 600_000;
const right = 'a, b = map(int, input().split())\nprint(a + b)\n';
const readme = readFileSync(join(projectRoot, 'deploy/README.md'), 'utf8');
const guide = readFileSync(join(projectRoot, 'docs/migration.md'), 'utf8');
const beside = /^## Beside an existing platform.*?(?=^## )/ms.exec(readme)?.[0] ?? '';
const [attaching = '', secondBroker = ''] = guideSteps(beside).map(({ text }) => text);
const run = promisify(execFile);

let directory: string;
let shell: ShellSession;
let backend: BackendApi;
let database: Database;
let legacy: LegacyWorker;
let problemId: number;
let graded: number[];
let handedIn = 0;
let gradedByLegacy = 0;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'compose-migration-'));
  await run('git', ['clone', '--quiet', projectRoot, join(directory, 'clone')], { timeout: patienceMs });
  const port = await getPort();
  shell = startShell(join(directory, 'clone'), {
    ...{ DOCKER_HOST: process.env.DOCKER_HOST ?? '', DOCKER_CONFIG: process.env.DOCKER_CONFIG ?? '' },
    ...{ DOCKER_SOCKET: dockerSocket(), USER: 'anna', PLATFORM_BACKEND_PORT: String(port) },
    ...{ TEMPORAL_PORT: String(await getPort()), TEMPORAL_UI_PORT: String(await getPort()) },
  });
  await shell.run(`docker compose -p ${platform} -f test/compose/platform.yml up -d --wait --quiet-pull`);
  backend = createBackendApi(`http://127.0.0.1:${port}`);
  database = createDatabase({
    url: new Secret(
      `postgresql://postgres:postgres@${await addressOf(`${platform}-postgres-1`)}:5432/code_grader?sslmode=disable`,
    ),
    applicationName: 'test',
    log: createLogger({ name: 'test', level: 'silent', format: 'json' }),
  });
  problemId = await backend.createProblem({
    title: 'A + B',
    time_limit_ms: 5_000,
    test_cases: [{ input_data: '1 2\n', expected_output: '3\n' }],
  });
  legacy = await startLegacy(`${platform}-rabbitmq-1`);
  graded = await handIn(4);
  await untilAllGraded();
  // Without a last newline, as editors leave it.
  const settings = `RABBITMQ_HOST=rabbitmq
DATABASE_URL=postgresql://postgres:postgres@postgres:5432/code_grader?sslmode=disable
DOCKER_IMAGE=cpp-grader-env
CONTAINER_POOL_SIZE=2
BACKEND_API_URL=http://backend:5000`;
  writeFileSync(join(directory, 'old.env'), settings);
}, patienceMs);

afterAll(async () => {
  await legacy?.close();
  await database?.close();
  await shell?.close();
  for (const [project, file] of [
    [`${name}-attached`, 'deploy/compose/attach.yml'],
    [name, 'docker-compose.yml'],
    [platform, 'test/compose/platform.yml'],
  ] as const) {
    const words = ['-p', project, '-f', file, '--env-file', '.env', '--profile', '*'];
    const env = { ...process.env, PLATFORM_BACKEND_PORT: '1', DOCKER_SOCKET: dockerSocket() };
    const options = { cwd: join(directory, 'clone'), env, timeout: patienceMs };
    const down = ['compose', ...words, 'down', '--volumes', '--timeout', '30'];
    await run('docker', down, options).catch(console.error);
  }
  rmSync(directory, { recursive: true, force: true });
}, patienceMs);

test('is carried out in Compose, from its first command to its last, and every submission has its verdict', async () => {
  for (const text of attachedSteps()) await type(text);
  for (const step of guideSteps(guide)) {
    if (step.kind === 'meanwhile') await doMeanwhile(step.text);
    // What the attached steps did already.
    else if (!step.text.includes('/opt/grading-worker/.env')) await type(inCompose(step.text));
  }
  await untilAllGraded();
  const text = 'select status, count(*)::int as count from submissions group by status';
  const rows = await database.query<{ status: string; count: number }>({ text });
  expect(rows).toEqual([{ status: 'Accepted', count: handedIn }]);
}, 1_800_000);

/** What deploy/README.md says of attach.yml, with a Temporal server of the main file before the worker starts. */
function attachedSteps(): readonly string[] {
  const temporal = [...beside.matchAll(/`(docker (?:compose up|network connect) [^`]+)`/g)].map(
    ([, line = '']) => line,
  );
  expect(temporal).toHaveLength(2);
  const lines = attaching.split('\n');
  const start = lines.findIndex((line) => line.startsWith('attached up'));
  expect(start).toBeGreaterThan(0);
  return [...lines.slice(0, start), ...temporal, ...lines.slice(start)].map((line) =>
    line
      .replace('/opt/grading-worker/.env', '../old.env')
      .replaceAll('code-grader_default', `${platform}_default`)
      .replaceAll('docker compose up -d', `docker compose -p ${name} up -d`)
      .replaceAll('docker compose ps', `docker compose -p ${name} ps`)
      .replace('docker compose --env-file', `docker compose -p ${name}-attached --env-file`)
      // The images are those of this checkout already.
      .replace(' --build', ''),
  );
}

/** The commands in the row of the table in deploy/README.md. */
function instead(there: string): readonly string[] {
  const row = readme.split('\n').find((line) => line.startsWith(`| ${there} `));
  const commands = [...(row?.split('|')[2] ?? '').matchAll(/`([^`]+)`/g)].map(([, command = '']) => command);
  expect(commands, there).not.toEqual([]);
  return commands.map((command) => command.replace(/\btrial$|\btrial\b(?= -e)/, `${name}-trial`));
}

/** The guide's commands with what that table has instead. */
function inCompose(commands: string): string {
  const [trial = '', endTrial = ''] = instead('the bridge of the trial');
  const page = instead('`./grader parity --html FILE`').join('\n').replaceAll('FILE', 'parity.html');
  return commands
    .replace(/^RABBITMQ_QUEUE=\S+ \.\/grader bridge .*$/m, trial)
    .replace('kill $TRIAL', endTrial)
    .replace(/^\.\/grader worker .*\n.*$/m, instead('`./grader worker`').join('\n'))
    .replace(/^\.\/grader bridge .*$/m, instead('`./grader bridge`').join('\n'))
    .replace('./grader parity --html parity.html', page)
    .replace(/^DATABASE_URL=.*$/m, '')
    .replaceAll('psql "$DATABASE_URL"', `docker exec ${platform}-postgres-1 psql -U postgres code_grader`)
    .replace('kill $BRIDGE $WORKER', 'attached stop')
    .replaceAll('./grader ', 'grader ')
    .replaceAll(/\b17\b/g, String(graded[0]));
}

async function type(text: string): Promise<void> {
  process.stdout.write(await shell.run(text));
}

/** What a person, or the platform, does between the commands. */
async function doMeanwhile(what: string): Promise<unknown> {
  switch (what) {
    case 'wait until graded':
      return untilShown('grader recent', 'ours');
    case 'wait until consuming':
      await untilShown('grader mode show', 'consuming');
      return handIn(3);
    case 'the legacy worker reads the legacy queue':
      await legacy.close();
      await type(secondBroker);
      legacy = await startLegacy(`${name}-attached-rabbitmq-legacy-1`);
      return untilShown('grader status', "legacy workers' 0 waiting, 1 consumer(s)");
    case 'submissions are forwarded':
      return gradeBy('the legacy worker', 'router 0 % (v');
    case 'submissions are all graded here':
      return gradeBy('us', 'router 100 % (v');
    case 'the legacy worker is stopped':
      await legacy.close();
      return handIn(3);
    case "the legacy worker reads the platform's queue":
      legacy = await startLegacy(`${platform}-rabbitmq-1`);
      await handIn(3);
      return untilAllGraded();
    default:
      throw new Error(`the guide asks for something this test does not do: ${what}`);
  }
}

function untilShown(command: string, text: string): Promise<void> {
  return eventually(async () => expect(await shell.run(command)).toContain(text), {
    timeoutMs: patienceMs,
    everyMs: 2_000,
  });
}

/** @param setting which the bridge must obey first */
async function gradeBy(who: 'us' | 'the legacy worker', setting: string): Promise<void> {
  await untilShown('grader mode show', setting);
  await untilAllGraded();
  const before = gradedByLegacy;
  await handIn(3);
  await untilAllGraded();
  expect(gradedByLegacy - before).toBe(who === 'us' ? 0 : 3);
}

async function handIn(count: number): Promise<number[]> {
  const submission = { problem_id: problemId, language: 'python', source_code: right };
  const ids: number[] = [];
  for (let index = 0; index < count; index += 1) ids.push(await backend.submit(submission));
  handedIn += count;
  return ids;
}

function untilAllGraded(): Promise<void> {
  return eventually(
    async () => {
      const rows = await database.query<{ status: string }>({ text: 'select status from submissions' });
      expect(rows.filter(({ status }) => isUngraded(status))).toEqual([]);
    },
    { timeoutMs: patienceMs, everyMs: 1_000 },
  );
}

async function startLegacy(broker: string): Promise<LegacyWorker> {
  return startLegacyWorker({
    amqpUrl: `amqp://guest:guest@${await addressOf(broker)}:5672/`,
    queue: 'grading_queue',
    gradeMs: 100,
    onGraded: async (id) => {
      const rows = await database.query<{ id: number }>({ text: 'select id from test_cases order by id' });
      const results = rows.map((row) => ({
        ...{ test_case_id: row.id, status: 'Accepted', execution_time_ms: 20, memory_used_kb: 9000 },
        ...{ output_received: '3', error_message: null },
      }));
      gradedByLegacy += 1;
      await storeVerdict(database, id, { overall_status: 'Accepted', results });
    },
  });
}

/** On the platform's network, where this host is, too. */
function addressOf(container: string): Promise<string> {
  const format = '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}';
  return docker('inspect', '--format', format, container);
}
