import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { SweepReport } from '../../../domain/grading/sweep-report.js';
import { loadSettings } from '../../../platform/settings/settings.js';
import { createTemporalClient } from '../../../platform/temporal/connection.js';
import { latestSweep, sweepReportOf } from '../../../platform/temporal/sweep-schedule.js';
import { runGrader } from '../grader-command.js';
import type { TestStack } from './stack-fixture.js';
import { createTestStack, sumProblem, sumSource, untilGraded } from './stack-fixture.js';

let stack: TestStack;
let database: pg.Client;

beforeAll(async () => {
  stack = await createTestStack({ SWEEP: 'report', SWEEP_EVERY: '10s' });
  database = new pg.Client({ connectionString: stack.places.databaseUrl });
  await database.connect();
});
afterAll(async () => {
  await stack.stop();
  await database.end();
});

it('finds by itself what nobody would tell of, says so in status and doctor, and grades it where that is wanted', async () => {
  const temporal = createTemporalClient(loadSettings(stack.environment).temporal);
  const [, worker] = await Promise.all([stack.start('backend'), stack.start('worker')]);
  const problemId = await stack.backend.createProblem(sumProblem);
  const id = await stack.backend.submit({ problem_id: problemId, language: 'cpp', source_code: sumSource });
  // Its message is gone, and it is old.
  const { rows } = await database.query<{ id: number }>(
    `insert into submissions (problem_id, student_id, source_code, language, submitted_at)
      select problem_id, student_id, source_code, language, now() at time zone 'utc' - interval '1 hour'
      from submissions where id = $1 returning id`,
    [id],
  );
  await database.query('delete from submissions where id = $1', [id]);
  const stranded = rows[0]?.id ?? 0;
  const seen = { interval: 1_000 };
  // The deleted one's message is still on the queue: it is the latest, so the old one may be its owner.
  await expect.poll(() => latestSweep(temporal), seen).toMatchObject({ counts: { 'maybe-queued': 1 } });
  await stack.start('bridge');
  await expect
    .poll(() => latestSweep(temporal), seen)
    .toMatchObject({ counts: { stranded: 1 }, started: 0, examples: [stranded] });
  const [status, doctor] = await Promise.all([
    runGrader(['status'], stack.environment),
    runGrader(['doctor', '--only', 'sweep'], stack.environment),
  ]);
  expect(status.stdout).toMatch(/SWEEP +1 stranded, 0 untold, 0 failed, 0 started/);
  expect(doctor.stdout).toMatch(new RegExp(`failed +sweep +1 stranded.*${stranded}`));
  expect(doctor.stdout).toContain('grader sweep --start');

  await worker.stop();
  await stack.start('worker', { SWEEP: 'start' });
  expect((await untilGraded(stack, stranded)).status).toBe('Accepted');

  const { schedule, workflow } = temporal.client;
  const ended = async (): Promise<readonly (SweepReport | undefined)[]> => {
    const reports: (SweepReport | undefined)[] = [];
    const query = "WorkflowType = 'sweepPlatform' AND ExecutionStatus = 'Completed'";
    for await (const { memo } of workflow.list({ query })) reports.push(sweepReportOf(memo));
    return reports;
  };
  const turns = async () => (await schedule.getHandle('sweep').describe()).info.numActionsTaken;
  // They come for ever, and stand among the gradings: the latest are left, and those that started something.
  await expect.poll(turns, seen).toBeGreaterThanOrEqual(5);
  await expect
    .poll(async () => (await ended()).filter((report) => report?.started !== 1).length, seen)
    .toBeLessThanOrEqual(2);
  await expect
    .poll(async () => (await ended()).filter((report) => report?.started === 1), seen)
    .toHaveLength(1);
  await temporal.close();
});
