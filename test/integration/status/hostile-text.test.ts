import { join } from 'node:path';
import stringWidth from 'string-width';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quarantineListAnswer } from '../../../cli/answers/other-answers.js';
import { recentAnswer } from '../../../cli/answers/submission-answers.js';
import { createProgram } from '../../../cli/program.js';
import { projectRoot } from '../../../devstack/project-root.js';
import { connectBroker } from '../../../platform/amqp/broker-connection.js';
import { Secret } from '../../../platform/settings/secret.js';
import { allCommands, commandPath } from '../../../platform/terminal/command-tree.js';
import type { AnswerSchema } from '../../../platform/terminal/json-answer.js';
import { answerOf, parseAnswer } from '../../../platform/terminal/json-answer.js';
import { eventually } from '../eventually.js';
import type { CommandResult } from '../grader-command.js';
import { runGrader } from '../grader-command.js';
import type { TestStack } from '../grading/stack-fixture.js';
import { createTestStack, untilGraded } from '../grading/stack-fixture.js';

/** Commands run in a directory of their own. */
const sharePlan = join(projectRoot, 'docs/cutover-plans/share-wise.yaml');

/** What a terminal would obey, what turns the direction of writing, what nobody sees, and what breaks a line. */
const hostile =
  'A\u001b[2J\u001b]0;owned\u0007\u0008\u007f\u009b31m\u202e\u2066\u200e\u200b\ufeff\u2028\r\nfake row 你好 🎉 e\u0301';
const raw = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

let stack: TestStack;
let settings: Record<string, string>;
let set: string;

beforeAll(async () => {
  stack = await createTestStack({ CONTAINER_POOL_SIZE: '1' });
  settings = { ...stack.environment };
  await Promise.all([stack.start('backend'), stack.start('worker'), stack.start('bridge')]);
  const problem = await stack.backend.createProblem({ title: hostile, test_cases: [] });
  const submission = { problem_id: problem, language: 'cpp', source_code: `// ${hostile}` };
  await untilGraded(stack, await stack.backend.submit(submission));
  await publish(`${hostile} is no JSON`);
  const made = await grader('rejudge', 'create', '--problem', String(problem), '--reason', hostile, '--json');
  set = (JSON.parse(made.stdout) as { set: string }).set;
  await grader('mode', 'set', 'equal', '--by', hostile, '--why', hostile);
  await eventually(async () => expect((await quarantined()).messages).toHaveLength(1));
});

afterAll(async () => {
  await stack?.stop();
});

function grader(...words: readonly string[]): Promise<CommandResult> {
  return runGrader(words, settings);
}

async function quarantined() {
  return parseAnswer(quarantineListAnswer, (await grader('quarantine', 'list', '--json')).stdout);
}

async function publish(body: string): Promise<void> {
  const connection = await connectBroker(new Secret(stack.places.amqpUrl), 'test');
  const channel = await connection.createConfirmChannel();
  channel.sendToQueue(stack.places.queue, Buffer.from(body));
  await channel.waitForConfirms();
  await connection.close();
}

/** Each with the exit status that it has here: nothing is shadowed, no cutover runs, one submission was just graded. */
const commands: readonly (readonly [words: string, statuses: number | readonly number[]])[] = [
  ['doctor --only queue', 0],
  ['recent', 0],
  ['errors', 0],
  ['views', 0],
  // A part that is slow on a busy host is not seen.
  ['status', [0, 1]],
  ['stats', 0],
  ['sweep --older-than 1s', 0],
  ['replay 1', 2],
  ['replay 1 999999 --dry-run', 1],
  ['rejudge show none', 2],
  ['rejudge apply none --yes', 2],
  ['quarantine list', 0],
  ['mode show', 0],
  [`cutover plan ${sharePlan}`, 0],
  ['cutover status', 3],
  ['cutover history', 0],
  ['rejudge list', 0],
  ['rejudge create --id 1 --reason test --dry-run', 0],
  ['shadow --ids 1 --dry-run', 2],
  ['shadow list', 0],
  ['parity', 0],
  // How busy the host is, is among what it judges.
  ['criteria', [3, 1]],
  ['context list', 0],
  ['context show', 0],
];

const width = 60;
const tableLine = /^[┌├└│]/;

// What each of them keeps: JSON by its schema, exit status, narrow terminal, hostile title; for Ctrl-C see interrupted.test.ts.
describe.each(commands)('grader %s', (line, expected) => {
  const statuses = [expected].flat();
  const command = line.split(' ');

  it('fits a narrow terminal, and lets nothing through that a terminal obeys', async () => {
    const result = await runGrader(command, { ...settings, COLUMNS: String(width) });
    expect(statuses, result.stderr).toContain(result.status);
    const lines = `${result.stdout}${result.stderr}`.split('\n');
    for (const each of lines) expect(each).not.toMatch(raw);
    // A title must not look like a row, or a line, of ours.
    expect(result.stdout).not.toMatch(/^fake row/m);
    for (const each of lines.filter((text) => tableLine.test(text))) {
      expect(stringWidth(each), each).toBeLessThanOrEqual(width);
    }
  });

  it('prints JSON as its schema says, and has nothing of it raw', async () => {
    const result = await grader(...command, '--json');
    expect(statuses, result.stderr).toContain(result.status);
    for (const each of `${result.stdout}${result.stderr}`.split('\n')) expect(each).not.toMatch(raw);
    if (result.stdout === '') expect(result.status).toBe(2);
    else parseAnswer(schemaOf(command), result.stdout);
  });
});

function schemaOf(words: readonly string[]): AnswerSchema {
  const command = allCommands(createProgram())
    .filter((each) => answerOf(each) !== undefined)
    .toSorted((a, b) => commandPath(b).length - commandPath(a).length)
    .find((each) => `grader ${words.join(' ')} `.startsWith(`${commandPath(each)} `));
  const answer = command && answerOf(command);
  if (answer === undefined) throw new Error(`grader ${words.join(' ')} has no schema`);
  return answer;
}

it('shows a set and a message whose texts are hostile', async () => {
  const [{ id } = { id: '' }] = (await quarantined()).messages;
  for (const words of [
    ['rejudge', 'show', set],
    ['quarantine', 'show', id],
    ['quarantine', 'show', id, '--json'],
  ]) {
    const { stdout, stderr, status } = await grader(...words);
    expect(status, stderr).toBe(0);
    for (const line of `${stdout}${stderr}`.split('\n')) expect(line).not.toMatch(raw);
  }
});

it('deletes nothing unasked, where there is no terminal to ask at', async () => {
  const refused = await grader('quarantine', 'drop', '--all');
  expect(refused).toMatchObject({ status: 2, stdout: expect.stringContaining('not-json') });
  expect(refused.stderr).toContain('Delete 1 message(s) for good? Nothing was done');
  expect((await quarantined()).messages).toHaveLength(1);
});

it('gives programs the text as it is', async () => {
  const recent = parseAnswer(recentAnswer, (await grader('recent', '--json')).stdout);
  expect(recent.submissions.map(({ problem }) => problem)).toContain(hostile);
});

it.each([60, 80, 120, 200])('keeps the table of a hostile title within %i columns', async (columns) => {
  const { stdout } = await runGrader(['recent'], { ...settings, COLUMNS: String(columns) });
  expect(Math.max(...stdout.split('\n').map((line) => stringWidth(line)))).toBeLessThanOrEqual(columns);
});
