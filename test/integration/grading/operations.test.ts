import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadSettings } from '../../../platform/settings/settings.js';
import type { TemporalClient } from '../../../platform/temporal/connection.js';
import { createTemporalClient } from '../../../platform/temporal/connection.js';
import { latestGrading } from '../../../platform/temporal/latest-grading.js';
import { readRun } from '../../../platform/temporal/read-run.js';
import { connectDocker, dockerAddress } from '../../../sandbox/docker.js';
import { eventually } from '../eventually.js';
import { runGrader } from '../grader-command.js';
import type { TestStack } from './stack-fixture.js';
import { createTestStack, required, sumProblem, sumSource, until, untilGraded } from './stack-fixture.js';

/** A backend that is somebody else: it knows none of our submissions. */
const stranger = createServer((_request, response) => {
  response.writeHead(404, { 'content-type': 'application/json' });
  response.end('{"msg": "Submission not found"}');
});
const endlessSource = 'int main() { volatile unsigned x = 0; for (;;) x = x + 1; }\n';

let stack: TestStack;
let temporal: TemporalClient;
let database: pg.Client;
let problemId: number;

beforeAll(async () => {
  stranger.listen(0, '127.0.0.1');
  await once(stranger, 'listening');
  stack = await createTestStack();
  temporal = createTemporalClient(loadSettings(stack.environment).temporal);
  database = new pg.Client({ connectionString: stack.places.databaseUrl });
  await database.connect();
  await stack.start('backend');
  problemId = await stack.backend.createProblem({ ...sumProblem, time_limit_ms: 60_000 });
});

afterAll(async () => {
  await stack.stop();
  await database.end();
  await temporal.close();
  stranger.close();
});

function submit(source: string): Promise<number> {
  return stack.backend.submit({ problem_id: problemId, language: 'cpp', source_code: source });
}

async function stateOf(id: number) {
  return (await latestGrading(temporal, id))?.grading.state;
}

async function stepsOf(id: number): Promise<string[]> {
  const history = await temporal.client.workflow.getHandle(`grade-${id}`).fetchHistory();
  return readRun(history).steps.map(({ activity }) => activity);
}

describe('an operator', () => {
  it('replays gradings the backend did not take, without compiling and once only', async () => {
    const address = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}`;
    const [worker] = await Promise.all([
      stack.start('worker', { BACKEND_API_URL: address, RECORD_RESULT: 'never' }),
      stack.start('bridge'),
    ]);
    const ids = [await submit(sumSource), await submit(sumSource.replace('a + b', 'a - b'))];
    await until('both gradings fail', async () => {
      const states = await Promise.all(ids.map(stateOf));
      return states.every((state) => state === 'failed');
    });
    await worker.stop();
    await stack.start('worker');

    // The server's lists lag by a moment.
    const dryRun = await eventually(async () => {
      const shown = await runGrader(['replay', '--failed-step', 'notify', '--dry-run'], stack.environment);
      expect(shown.stdout).toContain('2 to replay (2 from notify), 0 skipped.');
      return shown;
    });
    expect(dryRun.stdout).toContain('notify (no compile, no test)');
    expect(dryRun.stdout).toContain('Nothing was started.');
    expect(await Promise.all(ids.map(stateOf))).toEqual(['failed', 'failed']);

    const words = ['replay', ...ids.map(String), '--rate', '20', '--yes'];
    const replayed = await runGrader(words, stack.environment);
    process.stdout.write(`${dryRun.stdout}${replayed.stdout}`);
    expect(replayed).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('2 graded, 0 failed again.'),
    });
    expect((await untilGraded(stack, ids[0] ?? 0)).status).toBe('Accepted');
    expect((await untilGraded(stack, ids[1] ?? 0)).status).toBe('Wrong Answer');
    for (const id of ids) expect(await stepsOf(id)).toEqual(['loadSubmission', 'notifyBackend']);
    const description = await temporal.client.workflow.getHandle(`grade-${ids[0]}`).describe();
    expect(description.memo).toMatchObject({ ReplayOf: expect.any(String), ReplayOfFailedStep: 'notify' });
    expect(description.priority?.priorityKey).toBe(5);

    const twice = await runGrader([...words, '--json'], stack.environment);
    expect(JSON.parse(twice.stdout).replays.map((each: { skipped: string }) => each.skipped)).toEqual([
      'already graded: Accepted',
      'already graded: Wrong Answer',
    ]);
  });

  it.each<[string, (id: number) => Promise<void>]>([
    [
      'grader cancel',
      async (id) => {
        const unasked = await runGrader(['cancel', String(id)], stack.environment);
        expect(unasked).toMatchObject({ status: 2, stderr: expect.stringContaining('Nothing was done') });
        const { status, stdout } = await runGrader(['cancel', String(id), '--yes'], stack.environment);
        expect(stdout).toContain(`submission ${id}: cancelled; nothing was recorded.`);
        expect(status).toBe(0);
      },
    ],
    ['the button of the web UI', cancelInWebUi],
  ])('stops a running program by %s, and nothing is recorded', async (_how, cancel) => {
    const id = await submit(endlessSource);
    await until('its program runs', async () => (await programsRunning()) > 0);
    const cancelled = cancel(id);
    await until(
      'the cancellation is in the history',
      async () => (await cancelRequestedAt(id)) !== undefined,
    );
    await until('its program is killed', async () => (await programsRunning()) === 0);
    const tookMs = Date.now() - ((await cancelRequestedAt(id)) ?? 0);
    process.stdout.write(`program killed within ${tookMs} ms of the cancellation by ${_how}\n`);
    await cancelled;
    await until('the workflow has ended', async () => (await stateOf(id)) === 'cancelled');
    const steps = await stepsOf(id);
    expect(steps).toContain('releaseContainer');
    expect(steps).not.toContain('recordResult');
    expect(steps).not.toContain('notifyBackend');
    expect(await stack.backend.read(id)).toMatchObject({ status: 'Pending', results: [] });
    // The container is free for the next one.
    const next = await submit(sumSource);
    expect((await untilGraded(stack, next)).status).toBe('Accepted');
  });

  it('finds a submission whose message was lost, starts it, and leaves the others alone', async () => {
    const { rows } = await database.query<{ id: number }>(
      `insert into submissions (problem_id, student_id, source_code, submitted_at)
        select problem_id, student_id, $1, (now() at time zone 'utc') - interval '1 hour' from submissions
        where id = (select min(id) from submissions) returning id`,
      [sumSource],
    );
    const id = rows[0]?.id ?? 0;
    const report = await runGrader(['sweep'], stack.environment);
    process.stdout.write(report.stdout);
    expect(report).toMatchObject({ status: 3, stdout: expect.stringContaining('1 stranded') });
    expect(await stateOf(id)).toBeUndefined();
    const refused = await runGrader(['sweep', '--start'], stack.environment);
    expect(refused).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('grader sweep --start --yes'),
    });
    expect(await stateOf(id)).toBeUndefined();
    const swept = await runGrader(['sweep', '--start', '--yes', '--json'], stack.environment);
    expect(swept.status).toBe(0);
    const started = JSON.parse(swept.stdout).submissions.filter((each: { started: boolean }) => each.started);
    expect(started).toMatchObject([{ submissionId: id, state: 'stranded' }]);
    expect((await untilGraded(stack, id)).status).toBe('Accepted');
  });

  it.each([
    [['replay'], 2, /Say which submissions/],
    [['replay', 'x17'], 2, /takes ids such as 17.*"x17"/],
    [['replay', '--status', 'Broken'], 2, /no status.*System Error/],
    [['cancel', '999999'], 1, /Temporal knows no grading/],
  ])('learns what is wrong with: grader %j', async (words, expected, message) => {
    const { status, stdout, stderr } = await runGrader(words, stack.environment);
    expect(status).toBe(expected);
    expect(stdout + stderr).toMatch(message);
    expect(stderr).not.toContain('    at ');
  });
});

/** As its page does: over the HTTP interface of the UI server. */
async function cancelInWebUi(id: number): Promise<void> {
  const { temporalUiUrl, namespace } = stack.places;
  const page = await fetch(temporalUiUrl);
  const cookies = page.headers.getSetCookie().map((cookie) => cookie.split(';')[0] ?? '');
  const token = cookies.find((cookie) => cookie.startsWith('_csrf='))?.slice('_csrf='.length) ?? '';
  const response = await fetch(
    `${temporalUiUrl}/api/v1/namespaces/${namespace}/workflows/grade-${id}/cancel`,
    {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie: cookies.join('; '), 'x-csrf-token': token },
      body: JSON.stringify({ reason: 'a test' }),
    },
  );
  expect(`${response.status} ${await response.text()}`).toMatch(/^200 /);
}

async function cancelRequestedAt(id: number): Promise<number | undefined> {
  const { events } = await temporal.client.workflow.getHandle(`grade-${id}`).fetchHistory();
  const event = events?.find((each) => each.workflowExecutionCancelRequestedEventAttributes);
  return event?.eventTime
    ? Number(event.eventTime.seconds) * 1000 + (event.eventTime.nanos ?? 0) / 1e6
    : undefined;
}

/** Processes of a student's program in this stack's containers. */
async function programsRunning(): Promise<number> {
  const docker = connectDocker(dockerAddress(required('GRADER_TEST_DOCKER_HOST')));
  const containers = await docker.listContainers();
  const ours = containers.filter((each) =>
    JSON.stringify(each.Labels).includes(stack.environment.HOST_ID ?? '?'),
  );
  const tops = await Promise.all(
    ours.map((each) =>
      docker
        .getContainer(each.Id)
        .top()
        .catch(() => ({ Processes: [] })),
    ),
  );
  return tops.filter((top) => JSON.stringify(top.Processes ?? []).includes('./main')).length;
}
