import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { projectRoot } from '../devstack/project-root.js';

/** Beside it run other tests; on a busy machine it takes minutes. */
const timeout = 25 * 60_000;

it(
  'finds no fault in the types of the sources and the tests, which the build does not look at',
  async () => {
    const compiler = join(projectRoot, 'node_modules/typescript/bin/tsc');
    const run = promisify(execFile)(process.execPath, [compiler, '--noEmit'], { cwd: projectRoot, timeout });
    await expect(run).resolves.toEqual({ stdout: '', stderr: '' });
  },
  timeout + 60_000,
);
