import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectBroker } from '../../../platform/amqp/broker-connection.js';
import { Secret } from '../../../platform/settings/secret.js';
import { eventually } from '../eventually.js';
import type { CommandResult } from '../grader-command.js';
import { runGrader } from '../grader-command.js';
import type { TestStack } from '../grading/stack-fixture.js';
import { createTestStack, untilGraded } from '../grading/stack-fixture.js';

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
  await eventually(async () =>
    expect(JSON.parse((await grader('quarantine', 'list', '--json')).stdout)).toHaveLength(1),
  );
});

afterAll(async () => {
  await stack?.stop();
});

function grader(...words: readonly string[]): Promise<CommandResult> {
  return runGrader(words, settings);
}

async function publish(body: string): Promise<void> {
  const connection = await connectBroker(new Secret(stack.places.amqpUrl), 'test');
  const channel = await connection.createConfirmChannel();
  channel.sendToQueue(stack.places.queue, Buffer.from(body));
  await channel.waitForConfirms();
  await connection.close();
}

const commands: readonly (readonly string[])[] = [
  ['recent'],
  ['errors'],
  ['status'],
  ['stats'],
  ['sweep', '--older-than', '1s'],
  ['quarantine', 'list'],
  ['mode', 'show'],
  ['cutover', 'history'],
  ['rejudge', 'list'],
  ['parity'],
  ['criteria'],
];

describe.each(commands)('grader %s %s %s', (...words) => {
  const command = words.filter((word) => word !== undefined);

  it('lets nothing through that a terminal obeys', async () => {
    const { stdout, stderr } = await grader(...command);
    for (const line of `${stdout}${stderr}`.split('\n')) expect(line).not.toMatch(raw);
    // A title must not look like a row, or a line, of ours.
    expect(stdout).not.toMatch(/^fake row/m);
  });

  it('prints JSON that means the same and has none of it raw', async () => {
    const { stdout, stderr } = await grader(...command, '--json');
    for (const line of `${stdout}${stderr}`.split('\n')) expect(line).not.toMatch(raw);
    expect(() => JSON.parse(stdout) as unknown).not.toThrow();
  });
});

it('shows a set and a message whose texts are hostile', async () => {
  const [{ id } = { id: '' }] = JSON.parse((await grader('quarantine', 'list', '--json')).stdout) as {
    id: string;
  }[];
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

it('gives programs the text as it is', async () => {
  const recent = JSON.parse((await grader('recent', '--json')).stdout) as { problem: string }[];
  expect(recent.map(({ problem }) => problem)).toContain(hostile);
});

it.each([60, 80, 120, 200])('keeps the table of a hostile title within %i columns', async (columns) => {
  const { stdout } = await runGrader(['recent'], { ...settings, COLUMNS: String(columns) });
  const { default: stringWidth } = await import('string-width');
  expect(Math.max(...stdout.split('\n').map((line) => stringWidth(line)))).toBeLessThanOrEqual(columns);
});
