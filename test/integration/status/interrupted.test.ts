import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { projectRoot } from '../../../devstack/project-root.js';
import { runGrader } from '../grader-command.js';
import type { TestStack } from '../grading/stack-fixture.js';
import { createTestStack, untilGraded } from '../grading/stack-fixture.js';
import { operatorCommands } from '../operator-commands.js';
import { asAdmin } from '../services-fixture.js';

/** Takes a second for each test. */
const slow = 'import time\nprint(sum(map(int, input().split())))\ntime.sleep(1)\n';

let stack: TestStack;
let problem: number;

beforeAll(async () => {
  stack = await createTestStack({ CONTAINER_POOL_SIZE: '1' });
  await Promise.all([stack.start('backend'), stack.start('worker'), stack.start('bridge')]);
  problem = await stack.backend.createProblem({
    title: 'A + B',
    time_limit_ms: 10_000,
    test_cases: [{ input_data: '1 2\n', expected_output: '3\n' }],
  });
  await untilGraded(
    stack,
    await stack.backend.submit({ problem_id: problem, language: 'python', source_code: slow }),
  );
});
afterAll(async () => {
  await stack?.stop();
});

const main = join(projectRoot, 'dist/cli.js');

/** Interrupts the command, as Ctrl-C does, once it has printed what matches. */
async function interrupted(words: readonly string[], printed: RegExp) {
  const child = spawn(process.execPath, [main, ...words], {
    env: { ...process.env, ...stack.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  child.stdout.on('data', (chunk: Buffer) => {
    const wasPrinted = printed.test(stdout);
    stdout += chunk.toString();
    if (!wasPrinted && printed.test(stdout)) child.kill('SIGINT');
  });
  const [status] = await once(child, 'close');
  return { status, stdout, stderr };
}

it('says of a rejudging that it goes on, with the command that ends it', async () => {
  const create = ['rejudge', 'create', '--problem', String(problem), '--repeat', '50', '--reason', 'slow'];
  const { status, stdout, stderr } = await interrupted([...create, '--wait'], /rejudging \S+ started/);
  const set = /rejudging (\S+) started/.exec(stdout)?.[1] ?? '';
  expect(stderr).toContain(`rejudging ${set} goes on. End it with: grader rejudge cancel ${set}\n`);
  expect(stderr).not.toContain('    at ');
  expect(status).toBe(130);
  expect((await runGrader(['rejudge', 'cancel', set], stack.environment)).status).toBe(0);
});

it('says the same of a shadow set, and ends it by that command', async () => {
  const [first, last] = [900_001, 900_030];
  await asAdmin(
    stack.places.databaseUrl,
    `insert into submissions (id, problem_id, student_id, source_code, language, status)
     select n, ${problem}, (select min(student_id) from submissions), $$${slow}$$, 'python', 'Accepted'
     from generate_series(${first}, ${last}) n`,
  );
  const words = ['shadow', '--ids', `${first}-${last}`, '--parallel', '1', '--wait'];
  const { status, stdout, stderr } = await interrupted(words, /started shadow-set-\S+,/);
  const set = /started (shadow-set-\S+),/.exec(stdout)?.[1] ?? '';
  expect(stderr).toContain(`${set} goes on. End it with: grader shadow cancel ${set}\n`);
  expect(status).toBe(130);
  const cancelled = await runGrader(['shadow', 'cancel', set], stack.environment);
  expect(cancelled).toMatchObject({ status: 0, stdout: expect.stringContaining(`${set} is cancelled.`) });
  expect((await runGrader(['shadow', 'cancel', 'shadow-set-none'], stack.environment)).status).toBe(2);
});

it('ends without a word when the reader of its output leaves', async () => {
  const line = `"$@" 2>&1 | head -3; echo "status \${PIPESTATUS[0]}"`;
  const words = [main, 'status', '--watch', '--every', '500ms'];
  const child = spawn('bash', ['-c', line, 'bash', process.execPath, ...words], {
    env: { ...process.env, ...stack.environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  child.stdout.on('data', (chunk: Buffer) => {
    printed += chunk.toString();
  });
  await once(child, 'close');
  expect(printed).toMatch(/\nstatus 141\n$/);
  expect(printed.split('\n')).toHaveLength(5);
});

describe('with services that take a connection and never answer', () => {
  const silent = createServer((socket) => socket.on('error', () => undefined));
  let environment: Record<string, string>;
  beforeAll(async () => {
    await once(silent.listen(0, '127.0.0.1'), 'listening');
    const address = `127.0.0.1:${(silent.address() as AddressInfo).port}`;
    environment = {
      AMQP_URL: `amqp://guest:guest@${address}/`,
      DATABASE_URL: `postgresql://postgres:x@${address}/code_grader`,
      TEMPORAL_ADDRESS: address,
      BACKEND_API_URL: `http://${address}`,
    };
  });
  afterAll(() => void silent.close());

  it.concurrent.each(operatorCommands.map((words) => [words.join(' '), words] as const))(
    'Ctrl-C ends grader %s at once, without a stack trace',
    async (_line, words) => {
      const child = spawn(process.execPath, [main, ...words], {
        env: { ...process.env, ...environment },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let printed = '';
      child.stdout.on('data', (chunk: Buffer) => {
        printed += chunk.toString();
      });
      child.stderr.on('data', (chunk: Buffer) => {
        // The line about the platform: from here on it waits for a service.
        if (printed === '') child.kill('SIGINT');
        printed += chunk.toString();
      });
      const [status] = await once(child, 'close');
      expect(printed).not.toContain('    at ');
      expect(status).toBe(130);
    },
  );
});
