import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import getPort from 'get-port';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ManagedProcess } from '../../../devstack/stack/managed-process.js';
import { gradeWorkflowId } from '../../../domain/grading/grading-workflow.js';
import { loadSettings } from '../../../platform/settings/settings.js';
import { createTemporalClient } from '../../../platform/temporal/connection.js';
import { eventually } from '../eventually.js';
import { runGrader } from '../grader-command.js';
import type { TestStack } from '../grading/stack-fixture.js';
import { createTestStack, sumProblem, sumSource, untilGraded } from '../grading/stack-fixture.js';

/** A backend that is somebody else: it knows none of our submissions. */
const stranger = createServer((_request, response) => {
  response.writeHead(404, { 'content-type': 'application/json' });
  response.end('{"msg": "Submission not found"}');
});
/** Takes a while for each test, so that there is something to see. */
const slowSum = `#include <iostream>
int main() {
  long long a, b;
  std::cin >> a >> b;
  volatile unsigned x = 0;
  for (unsigned i = 0; i < 400000000u; ++i) x = x + i;
  std::cout << a + b << "\\n";
}
`;

let stack: TestStack;
let worker: ManagedProcess;
let settings: Record<string, string>;
let problemId: number;

beforeAll(async () => {
  stranger.listen(0, '127.0.0.1');
  await once(stranger, 'listening');
  stack = await createTestStack();
  [, worker] = await Promise.all([stack.start('backend'), stack.start('worker'), stack.start('bridge')]);
  settings = { ...stack.environment, WORKER_HEALTH_URLS: new URL(worker.readyUrl).origin };
  problemId = await stack.backend.createProblem({ ...sumProblem, time_limit_ms: 20_000 });
});

afterAll(async () => {
  await stack.stop();
  stranger.close();
});

function submit(source: string): Promise<number> {
  return stack.backend.submit({ problem_id: problemId, language: 'cpp', source_code: source });
}

/** Of `grader … --json`. */
async function json<Answer>(...words: readonly string[]): Promise<Answer> {
  const { status, stdout, stderr } = await runGrader([...words, '--json'], settings);
  expect({ status, stderr }).toEqual({
    status: 0,
    stderr: expect.stringMatching(/^environment: database .*\n$/),
  });
  return JSON.parse(stdout) as Answer;
}

interface StatusJson {
  readonly gradings: {
    readonly value: { readonly completed: number; readonly running: number; readonly p50Ms: number };
  };
  readonly running: { readonly value: { readonly bySteps: Readonly<Record<string, number>> } };
  readonly workers: {
    readonly value: {
      readonly hosts: readonly string[];
      readonly pools: readonly { readonly pool: { readonly size: number; readonly leased: number } }[];
    };
  };
  readonly broker: { readonly value: { readonly main: { readonly consumers: number } } };
}

it('shows gradings under way by step, the pool, and those that wait for a container', async () => {
  const ids = [];
  for (let index = 0; index < 6; index += 1)
    ids.push(await submit(slowSum.replace('x + i', `x + i + ${index}`)));
  const watched = await runGrader(['status', '--watch', '--every', '500ms', '--times', '5'], settings);
  process.stdout.write(watched.stdout);
  const screens = watched.stdout.trim().split(/\n\n(?=grading_)/);
  expect(screens).toHaveLength(5);
  // A quiet machine has graded the first before the command looks.
  const busy = screens.filter((screen) => /running +[2-6]: .*waiting for a container/.test(screen));
  expect(busy.length).toBeGreaterThan(0);
  expect(watched.stdout).toMatch(/pool +grading-host-\S+: 0 free, 2 leased, 0 recycling of 2/);
  expect(watched.stdout).toMatch(/share +equal; 1 bridge\(s\)/);
  expect(watched.stdout).toMatch(/verdicts +[2-6] Pending/);
  for (const screen of screens) {
    expect(screen.split('\n').length).toBeLessThanOrEqual(24);
    expect(screen).not.toContain('not seen');
    expect(screen).not.toContain('\x1b');
  }

  for (const id of ids) await untilGraded(stack, id);
  await eventually(async () => {
    const status = await json<StatusJson>('status');
    expect(status.gradings.value).toMatchObject({ completed: 6, running: 0, p50Ms: expect.any(Number) });
    expect(status.workers.value.hosts).toEqual([`grading-host-${settings.HOST_ID}`]);
    expect(status.workers.value.pools).toMatchObject([{ pool: { size: 2, leased: 0, recycling: 0 } }]);
    expect(status.broker.value.main.consumers).toBe(1);
  });
});

it('lists the latest submissions, counts them by status, and prints each failure with step, cause and link', async () => {
  const good = await submit(sumSource);
  expect((await untilGraded(stack, good)).status).toBe('Accepted');
  // To its end: the verdict is in the database before the backend is told, and the next worker has another backend.
  await eventually(async () =>
    expect(await json('recent', '--limit', '1')).toMatchObject({
      submissions: [{ grading: { state: 'completed' } }],
    }),
  );
  await worker.stop();
  const address = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}`;
  await stack.start('worker', { BACKEND_API_URL: address, RECORD_RESULT: 'never' });
  const bad = await submit(sumSource.replace('a + b', 'a - b'));

  const { errors } = await eventually(async () => {
    const answer = await json<{ errors: Record<string, unknown>[] }>('errors', '--since', '10m');
    expect(answer.errors).toHaveLength(1);
    return answer;
  });
  expect(errors[0]).toMatchObject({
    submissionId: bad,
    step: 'notify',
    cause: expect.stringMatching(/^The backend answered 404 to the result of submission/),
    now: 'Pending',
    link: expect.stringContaining(`/namespaces/${stack.places.namespace}/workflows/grade-${bad}/`),
  });

  expect(await json('recent', '--limit', '2')).toMatchObject({
    submissions: [
      { submissionId: bad, status: 'Pending', grading: { state: 'failed' } },
      { submissionId: good, status: 'Accepted', grading: { state: 'completed' } },
    ],
  });
  expect(await json('stats', '--since', '1h')).toMatchObject({
    total: 8,
    statuses: [
      { status: 'Accepted', submissions: 7 },
      { status: 'Pending', submissions: 1 },
    ],
  });
  for (const words of [['recent', '--limit', '3'], ['stats'], ['errors'], ['status']]) {
    const { stdout, status } = await runGrader(words, settings);
    expect(status).toBe(0);
    process.stdout.write(`$ grader ${words.join(' ')}\n${stdout}`);
  }
});

it('shows what it can see when broker, database and Temporal are down, and why not the rest', async () => {
  const port = await getPort();
  const { status, stdout } = await runGrader(['status'], {
    ...settings,
    AMQP_URL: `amqp://guest:guest@127.0.0.1:${port}/`,
    DATABASE_URL: `postgresql://postgres:x@127.0.0.1:${port}/code_grader`,
    TEMPORAL_ADDRESS: `127.0.0.1:${port}`,
  });
  process.stdout.write(stdout);
  expect(status).toBe(1);
  expect(stdout).toMatch(/queue +not seen: Failed to connect to RabbitMQ at/);
  expect(stdout).toMatch(/platform +not seen: Failed to connect to database at/);
  expect(stdout).toMatch(/workers +not seen: Failed to connect to Temporal at/);
});

it('tells of a submission without a verdict whose grading somebody terminated at Temporal', async () => {
  const id = await submit(slowSum);
  const temporal = createTemporalClient(loadSettings(settings).temporal);
  await eventually(() => temporal.client.workflow.getHandle(gradeWorkflowId(id)).terminate('by mistake'));
  await temporal.close();
  const told = async () => {
    const { errors } = await json<{ errors: { submissionId: number }[] }>('errors', '--since', '10m');
    return errors.filter(({ submissionId }) => submissionId === id);
  };
  await eventually(async () => {
    expect(await told()).toEqual([
      expect.objectContaining({ cause: 'terminated: by mistake', now: 'Pending', retried: false }),
    ]);
  });
  const { stdout } = await runGrader(['errors'], settings);
  expect(stdout).toMatch(new RegExp(`Next: grader replay .*${id}`));
});
