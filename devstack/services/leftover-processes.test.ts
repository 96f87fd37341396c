import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { processesNaming } from './leftover-processes.js';

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
