import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { projectRoot } from '../../../devstack/project-root.js';
import type { CommandResult } from '../grader-command.js';

const elsewhere = mkdtempSync(join(tmpdir(), 'grader-elsewhere-'));

beforeAll(async () => {
  const { status, stderr } = await grader('up');
  expect(status, stderr).toBe(0);
});
afterAll(() => rmSync(elsewhere, { recursive: true }));

/** As somebody who has exported nothing, in a directory of their own. */
function grader(...words: readonly string[]): Promise<CommandResult> {
  const { PATH = '' } = process.env;
  return new Promise((resolve) => {
    const options = { cwd: elsewhere, env: { PATH, HOME: elsewhere } };
    const child = execFile(join(projectRoot, 'grader'), words, options, (_error, stdout, stderr) => {
      resolve({ status: child.exitCode, stdout, stderr });
    });
  });
}

const done = 0;
const conditionNotMet = 3;

describe.each([
  [['status'], [done]],
  [['recent'], [done]],
  [['errors'], [done]],
  [['stats'], [done]],
  // Whatever earlier gradings of this checkout left behind.
  [['criteria'], [done, 1, conditionNotMet]],
  [['sweep'], [done, conditionNotMet]],
  [['mode', 'show'], [done]],
  [['cutover', 'status'], [conditionNotMet]],
  [['cutover', 'history'], [done]],
  [['quarantine', 'list'], [done]],
  [['rejudge', 'list'], [done]],
  [['parity'], [done]],
] as const)('after grader up, grader %j', (words, statuses) => {
  it('finds the platform with nothing exported, and says first which it speaks of', async () => {
    const { status, stdout, stderr } = await grader(...words);
    expect(stderr).toMatch(/^(up|demo): database 127\.0\.0\.1:\d+\/code_grader\w*, namespace \S+\n/);
    expect(`${stdout}${stderr}`).not.toMatch(/Failed to connect|not seen:|relation .* does not exist|@127/);
    expect(statuses).toContain(status);
  });
});

it('lists it as a context, and shows no password', async () => {
  const { stdout } = await grader('context', 'list');
  expect(stdout).toMatch(/│ \* (up|demo) +│ database 127\.0\.0\.1/);
  const shown = await grader('context', 'show', 'up', '--json');
  expect(JSON.parse(shown.stdout)).toMatchObject({
    name: 'up',
    settings: { DATABASE_URL: expect.stringMatching(/:\*\*\*@.*\/code_grader\?/) },
  });
});

it('keeps a context under a name, and speaks of it when told to', async () => {
  expect((await grader('context', 'save', 'mine')).stdout).toMatch(/^mine: database .* is kept\./);
  expect((await grader('context', 'use', 'mine')).status).toBe(done);
  expect((await grader('stats')).stderr).toMatch(/^mine: database /);
  expect((await grader('stats', '--context', 'up')).stderr).toMatch(/^up: database /);
  expect((await grader('stats', '--context', 'none')).status).toBe(2);
  expect((await grader('context', 'delete', 'mine', '--yes')).status).toBe(done);
  expect((await grader('stats')).stderr).toMatch(/^(up|demo): database /);
});
