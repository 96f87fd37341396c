import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { gradeSubmissionType } from '../../../domain/grading/grading-workflow.js';
import { loadSettings } from '../../../platform/settings/settings.js';
import { createTemporalClient } from '../../../platform/temporal/connection.js';
import { runGrader } from '../grader-command.js';
import type { TestStack } from '../grading/stack-fixture.js';
import { createTestStack, sumProblem, sumSource, until, untilGraded } from '../grading/stack-fixture.js';

interface Answer {
  readonly result: string;
  readonly samples: number;
  readonly criteria: readonly { readonly name: string; readonly result: string; readonly figures: string }[];
}

const gradings = 20;
let stack: TestStack;
let samples: string;
let problem: number;

beforeAll(async () => {
  samples = await mkdtemp(join(tmpdir(), 'grader-samples-'));
  stack = await createTestStack({ SAMPLES_DIR: samples });
  await stack.start('backend');
  const [worker, bridge] = await Promise.all([stack.start('worker'), stack.start('bridge')]);
  problem = await stack.backend.createProblem(sumProblem);
  for (let index = 0; index < gradings; index += 1) {
    const id = await stack.backend.submit({ problem_id: problem, language: 'cpp', source_code: sumSource });
    await untilGraded(stack, id);
  }
  const ungradable = await stack.backend.submit({
    problem_id: problem,
    language: 'cobol',
    source_code: 'DISPLAY 3',
  });
  await untilGraded(stack, ungradable);
  const told = async () =>
    (await (await fetch(new URL('/metrics', worker.readyUrl))).text()).includes(
      `grader_time_to_verdict_seconds_count ${gradings + 1}`,
    );
  await until('every verdict is told', told);
  // A grading ends after its verdict was told, and needs the worker for that.
  await until('every grading has ended', async () => (await endedGradings()) === gradings + 1);
  // Both write a last sample when they end.
  await Promise.all([worker.stop(), bridge.stop()]);
});
afterAll(async () => {
  await stack?.stop();
  await rm(samples, { recursive: true, force: true });
});

describe('grader criteria', () => {
  it('passes what was measured, and passes nothing that was not', async () => {
    const { status, answer } = await ask('--since', '1h');
    expect(Object.fromEntries(answer.criteria.map(({ name, result }) => [name, result]))).toEqual({
      'system-errors': 'PASS',
      'verdicts-delivered': 'PASS',
      memory: 'NOT ENOUGH DATA',
      cpu: 'NOT ENOUGH DATA',
      'container-pool': 'PASS',
      'backend-updates': 'PASS',
      'same-verdicts': 'NOT ENOUGH DATA',
    });
    expect(status).toBe(3);
    expect(figures(answer, 'system-errors')).toBe(
      `${gradings + 1} gradings ended, 0 failed by our own trouble, 1 could not be graded as they are`,
    );
    expect(figures(answer, 'verdicts-delivered')).toBe(
      `${gradings + 1} handed in, ${gradings + 1} with a verdict, 0 overdue`,
    );
    expect(figures(answer, 'container-pool')).toMatch(`${gradings} containers taken`);
    expect(figures(answer, 'backend-updates')).toMatch(`${gradings + 1} taken, 0 failed`);
    expect(answer.samples).toBeGreaterThanOrEqual(4);
    const names = (await readdir(samples)).map((name) => name.replace(/-.*/, ''));
    expect(new Set(names)).toEqual(new Set(['bridge', 'worker']));
  });

  it('fails on a submission that is overdue', async () => {
    await handInLongAgo();
    const { status, answer } = await ask('--since', '3h');
    expect(status).toBe(1);
    expect(answer.result).toBe('FAIL');
    expect(figures(answer, 'verdicts-delivered')).toMatch('1 overdue');
  });
});

async function endedGradings(): Promise<number> {
  const { temporalAddress: address, namespace } = stack.places;
  const temporal = createTemporalClient({ ...loadSettings({}).temporal, address, namespace });
  try {
    const query = `WorkflowType = '${gradeSubmissionType}' AND ExecutionStatus != 'Running'`;
    return (await temporal.client.workflow.count(query)).count;
  } finally {
    await temporal.close();
  }
}

async function ask(...options: string[]): Promise<{ status: number | null; answer: Answer }> {
  const { status, stdout, stderr } = await runGrader(['criteria', '--json', ...options], stack.environment);
  expect(stderr).toMatch(/^environment: database .*\n$/);
  return { status, answer: JSON.parse(stdout) as Answer };
}

function figures(answer: Answer, name: string): string {
  return answer.criteria.find((criterion) => criterion.name === name)?.figures ?? '';
}

/** Two hours ago, and its message is lost. */
async function handInLongAgo(): Promise<void> {
  const client = new pg.Client({ connectionString: stack.places.databaseUrl });
  await client.connect();
  try {
    await client.query(
      `insert into submissions (problem_id, student_id, source_code, submitted_at)
       select problem_id, student_id, source_code, (now() at time zone 'utc') - interval '2 hours'
         from submissions limit 1`,
    );
  } finally {
    await client.end();
  }
}
