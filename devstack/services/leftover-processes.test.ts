import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { processesGiven, processesNaming } from './leftover-processes.js';

describe('the processes that name a directory', () => {
  it('are found by a path in an argument or as their home, not by a name that only begins alike', async () => {
    const directory = `/tmp/grader-naming-${process.pid}`;
    const child = spawn('sleep', ['30'], { argv0: `${directory}/program`, stdio: 'ignore' });
    const other = spawn('sleep', ['30'], { argv0: `${directory}-other/program`, stdio: 'ignore' });
    await expect
      .poll(() => processesNaming([directory]).map(({ identity }) => identity.pid))
      .toEqual([child.pid]);
    const atHome = spawn('sleep', ['30'], {
      env: { ...process.env, HOME: `${directory}/home` },
      stdio: 'ignore',
    });
    await expect.poll(() => processesNaming([directory]).length).toBe(2);
    for (const process of [child, other, atHome]) {
      process.kill();
      await once(process, 'exit');
    }
    expect(processesNaming([directory])).toEqual([]);
  });
});

it('finds the processes that were given a variable, and what they started', async () => {
  const value = `given-${process.pid}`;
  const environment = { ...process.env, GRADER_TEST_GIVEN: value };
  const child = spawn('sh', ['-c', 'sleep 30 & wait'], { env: environment, detached: true, stdio: 'ignore' });
  await expect.poll(() => processesGiven('GRADER_TEST_GIVEN', value)).toHaveLength(2);
  expect(processesGiven('GRADER_TEST_GIVEN', `${value}0`)).toEqual([]);
  process.kill(-(child.pid ?? 0));
  await expect.poll(() => processesGiven('GRADER_TEST_GIVEN', value)).toEqual([]);
});
