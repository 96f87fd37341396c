import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterEach, describe, expect, it } from 'vitest';
import { loadSettings } from '../../../platform/settings/settings.js';
import { createTemporalClient } from '../../../platform/temporal/connection.js';
import type { TestStack } from './stack-fixture.js';
import { createTestStack, until, untilGraded } from './stack-fixture.js';

let stack: TestStack;
let database: pg.Pool | undefined;
afterEach(async () => {
  await database?.end();
  await stack?.stop();
});

/** Long enough for a message to meet it while it runs. */
const echo = (seconds: number) => `import time\nline = input()\ntime.sleep(${seconds})\nprint(line)\n`;

async function openStack(settings: Record<string, string> = {}): Promise<pg.Pool> {
  stack = await createTestStack(settings);
  await stack.start('backend');
  database = new pg.Pool({ connectionString: stack.places.databaseUrl });
  return database;
}

async function createEchoProblem(): Promise<number> {
  return stack.backend.createProblem({
    title: 'Echo',
    time_limit_ms: 4000,
    test_cases: [{ input_data: 'a\n', expected_output: 'a\n' }],
  });
}

/** As a teacher's script does: another test, the submission back to Pending, its id published. */
async function askAgain(client: pg.Pool, problem: number, id: number, expected: string): Promise<void> {
  await client.query('update test_cases set expected_output = $2 where problem_id = $1', [problem, expected]);
  await client.query("update submissions set status = 'Pending' where id = $1", [id]);
  await publish(id);
}

function publish(id: number): Promise<unknown> {
  return fetch(`${stack.backendUrl}/submissions/${id}/publish`, { method: 'POST' });
}

describe('a submission that is published again after its tests were changed', () => {
  it('ends with the verdict of the last tests, at whatever moment of its grading that was', async () => {
    const client = await openStack();
    await Promise.all([stack.start('worker'), stack.start('bridge')]);
    // Half-second steps meet load, compile, run, record and notify, and the time after.
    const moments = Array.from({ length: 8 }, (_, index) => index * 250);
    const gradings = await Promise.all(
      moments.map(async (moment, index) => {
        const problem = await createEchoProblem();
        const source = echo(index % 2 === 0 ? 0 : 0.7);
        const id = await stack.backend.submit({
          problem_id: problem,
          language: 'python',
          source_code: source,
        });
        await sleep(moment);
        await askAgain(client, problem, id, 'b\n');
        await sleep(moment / 2);
        await askAgain(client, problem, id, 'a\n');
        await sleep(moment / 3);
        await askAgain(client, problem, id, 'b\n');
        return id;
      }),
    );
    for (const id of gradings) {
      await until(
        `submission ${id} has the verdict of its last tests`,
        async () => (await stack.backend.read(id)).status === 'Wrong Answer',
      );
    }
    // Nothing older comes after it.
    await until('nothing is graded any more', async () => (await running()) === 0);
    for (const id of gradings) expect((await stack.backend.read(id)).status).toBe('Wrong Answer');
  });

  it('is graded again although the backend has not heard of the first verdict yet', async () => {
    const client = await openStack();
    await Promise.all([
      stack.start('worker', { BACKEND_API_URL: 'http://127.0.0.1:9' }),
      stack.start('bridge'),
    ]);
    const problem = await createEchoProblem();
    const id = await stack.backend.submit({
      problem_id: problem,
      language: 'python',
      source_code: echo(0),
    });
    expect((await untilGraded(stack, id)).status).toBe('Accepted');
    await askAgain(client, problem, id, 'b\n');
    await until(
      'the newer verdict is recorded',
      async () => (await stack.backend.read(id)).status === 'Wrong Answer',
    );
  });

  it('is graded again although its message was in flight in a bridge that was killed', async () => {
    const client = await openStack();
    const [, bridge] = await Promise.all([stack.start('worker'), stack.start('bridge')]);
    const problem = await createEchoProblem();
    const ids = await Promise.all(
      [1, 2, 3].map(() =>
        stack.backend.submit({ problem_id: problem, language: 'python', source_code: echo(0) }),
      ),
    );
    for (const id of ids) expect((await untilGraded(stack, id)).status).toBe('Accepted');
    await until('the gradings have ended', async () => (await running()) === 0);
    // The bridge looks the problem up, so a lock keeps the messages in flight.
    const blocker = new pg.Client({ connectionString: stack.places.databaseUrl });
    await blocker.connect();
    await blocker.query('begin');
    await client.query("update test_cases set expected_output = 'b'");
    await client.query("update submissions set status = 'Pending'");
    await blocker.query('lock table problems in access exclusive mode');
    for (const id of ids) await publish(id);
    await sleep(1_500);
    bridge.kill('SIGKILL');
    await bridge.exited;
    await blocker.query('rollback');
    await blocker.end();
    await stack.start('bridge');
    for (const id of ids) expect((await untilGraded(stack, id)).status).toBe('Wrong Answer');
  });
});

/** Open gradings, as the worker's namespace lists them. */
async function running(): Promise<number> {
  const { temporalAddress: address, namespace } = stack.places;
  const temporal = createTemporalClient({ ...loadSettings({}).temporal, address, namespace });
  try {
    return (
      await temporal.client.workflow.count("WorkflowType = 'gradeSubmission' AND ExecutionStatus = 'Running'")
    ).count;
  } finally {
    await temporal.close();
  }
}
