import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterEach, expect, it } from 'vitest';
import type { TestStack } from './stack-fixture.js';
import { createTestStack, until, untilGraded } from './stack-fixture.js';

let stack: TestStack;
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  await stack?.stop();
});

/** Sleeps long enough to be caught in the middle. */
const slowEcho = 'import time\nline = input()\ntime.sleep(2)\nprint(line)\n';

it('a worker frozen in run, record and notify writes nothing when it wakes up after newer verdicts', async () => {
  stack = await createTestStack({ CONTAINER_POOL_SIZE: '3' });
  await stack.start('backend');
  const posts = await startRelay(stack.backendUrl);
  const settings = { BACKEND_API_URL: posts.url };
  const zombie = await stack.start('worker', { ...settings, HOST_ID: `${stack.places.queue}-zombie` });
  await stack.start('bridge');
  const database = new pg.Client({ connectionString: stack.places.databaseUrl });
  await database.connect();
  closing.push(() => database.end());

  const problem = await stack.backend.createProblem({
    title: 'Echo',
    time_limit_ms: 4000,
    test_cases: [{ input_data: 'a\n', expected_output: 'a\n' }],
  });
  const submit = (source_code: string) =>
    stack.backend.submit({ problem_id: problem, language: 'python', source_code });
  const [inNotify, inRecord] = [await submit('print(input())'), await submit('print(input())  # again')];
  posts.hold(inNotify);
  await database.query('begin');
  await database.query('select 1 from submissions where id = $1 for update', [inRecord]);
  await until('the worker waits for the row', () => isWaitingForRow(stack.places.databaseUrl));
  await until('the worker waits for the backend', () => posts.held(inNotify) > 0);
  const inRun = await submit(slowEcho);
  await sleep(2_500);
  zombie.kill('SIGSTOP');
  closing.push(() => zombie.kill('SIGCONT'));
  await database.query('commit');
  posts.release();

  // Another host takes all three over, and grades them once more after the tests were changed.
  await stack.start('worker', { ...settings, HOST_ID: `${stack.places.queue}-other` });
  const ids = [inNotify, inRecord, inRun];
  for (const id of ids) expect((await untilGraded(stack, id)).status).toBe('Accepted');
  await until('the backend was told of all three', () => ids.every((id) => posts.answered(id) > 0));
  await database.query("update test_cases set expected_output = 'b'");
  for (const id of ids) await fetch(`${stack.backendUrl}/submissions/${id}/publish`, { method: 'POST' });
  const isNewer = async (id: number) => (await stack.backend.read(id)).status === 'Wrong Answer';
  for (const id of ids) await until(`submission ${id} has its newer verdict`, () => isNewer(id));
  await until('the newer verdicts are delivered', () => ids.every((id) => posts.answered(id) > 1));

  const toldBefore = ids.map((id) => posts.answered(id));
  zombie.kill('SIGCONT');
  await sleep(10_000);
  for (const id of ids) expect((await stack.backend.read(id)).status).toBe('Wrong Answer');
  expect(ids.map((id) => posts.answered(id))).toEqual(toldBefore);
}, 400_000);

async function isWaitingForRow(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rowCount } = await client.query(
      `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    return rowCount === 1;
  } finally {
    await client.end();
  }
}

/** Passes verdicts on to the backend; one submission's can be held before they get there. */
async function startRelay(backendUrl: string) {
  const answered = new Map<string, number>();
  const held = new Map<string, number>();
  let holding = '';
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const path = request.url ?? '';
      if (path === holding) {
        held.set(path, (held.get(path) ?? 0) + 1);
        return;
      }
      void fetch(backendUrl + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: new Uint8Array(Buffer.concat(chunks)),
      }).then(async (answer) => {
        const text = await answer.text();
        if (answer.ok) answered.set(path, (answered.get(path) ?? 0) + 1);
        response.writeHead(answer.status).end(text);
      });
    });
  });
  server.listen(0, '127.0.0.1');
  await until('the relay listens', () => server.listening);
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const pathOf = (id: number) => `/internal/submissions/${id}/result`;
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    hold: (id: number) => {
      holding = pathOf(id);
    },
    release: () => {
      holding = '';
    },
    held: (id: number) => held.get(pathOf(id)) ?? 0,
    answered: (id: number) => answered.get(pathOf(id)) ?? 0,
  };
}
