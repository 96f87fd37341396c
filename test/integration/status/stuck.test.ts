import { afterAll, beforeAll, expect, it } from 'vitest';
import { diagnose } from '../../../cli/commands/doctor.js';
import {
  gradeSubmissionType,
  gradeWorkflowId,
  gradingQueue,
} from '../../../domain/grading/grading-workflow.js';
import { loadSettings } from '../../../platform/settings/settings.js';
import type { TemporalClient } from '../../../platform/temporal/connection.js';
import { createTemporalClient } from '../../../platform/temporal/connection.js';
import { eventually } from '../eventually.js';
import { runGrader } from '../grader-command.js';
import type { TestStack } from '../grading/stack-fixture.js';
import { createTestStack, sumProblem, sumSource } from '../grading/stack-fixture.js';

let stack: TestStack;
let temporal: TemporalClient;

beforeAll(async () => {
  stack = await createTestStack();
  // No bridge: the test starts the grading itself.
  await Promise.all([stack.start('backend'), stack.start('worker')]);
  temporal = createTemporalClient(loadSettings({ ...process.env, ...stack.environment }).temporal);
});

afterAll(async () => {
  await temporal?.close();
  await stack?.stop();
});

it('a grading whose workflow task fails again and again is an alarm in status, errors and doctor, and one command ends it and grades', async () => {
  const id = await stack.backend.submit({
    problem_id: await stack.backend.createProblem(sumProblem),
    language: 'cpp',
    source_code: sumSource,
  });
  expect((await doctor()).state).toBe('ok');
  // Without its input, the code throws before its first step, as a mistake in it would.
  await temporal.client.workflow.start(gradeSubmissionType, {
    workflowId: gradeWorkflowId(id),
    taskQueue: gradingQueue,
    args: [],
  });

  const command = `grader replay ${id} --terminate --yes`;
  await eventually(async () => expect((await doctor()).state).toBe('failed'), {
    timeoutMs: 150_000,
    everyMs: 2_000,
  });
  expect(await doctor()).toMatchObject({
    seen: expect.stringMatching(new RegExp(`${gradeWorkflowId(id)}.*submissionId`)),
    remedy: command,
  });
  const status = await grader('status');
  expect(status).toMatch(new RegExp(`STUCK +${gradeWorkflowId(id)}: the workflow task fails, attempt \\d+`));
  expect(status).toContain(command);
  const errors = JSON.parse(await grader('errors', '--json')) as { errors: object[] };
  expect(errors.errors).toMatchObject([{ submissionId: id, step: 'workflow task', now: 'Pending' }]);
  expect(await grader('errors')).toContain(`Next: ${command}`);

  expect(await grader('replay', String(id), '--terminate', '--dry-run')).toContain(
    'is stuck: its workflow task',
  );
  expect(await grader('replay', '--terminate', '--yes')).toMatch(/Accepted/);
  expect((await stack.backend.read(id)).status).toBe('Accepted');
  await eventually(async () => expect((await doctor()).state).toBe('ok'));
  expect(await grader('replay', '--terminate', '--yes')).toContain('No such submission');
});

async function doctor() {
  const results = await diagnose({ ...process.env, ...stack.environment }, ['stuck workflows']);
  const found = results.find(({ name }) => name === 'stuck workflows');
  if (found === undefined) throw new Error('There is no such check.');
  return found;
}

async function grader(...words: string[]): Promise<string> {
  const { status, stdout, stderr } = await runGrader(words, stack.environment);
  if (status !== 0) throw new Error(`grader ${words.join(' ')}: ${stdout}${stderr}`);
  // What a program reads stands alone on stdout.
  return words.includes('--json') ? stdout : stdout + stderr;
}
