import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { addBenchCommand } from './bench.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'grader-bench-'));
});
afterEach(() => {
  process.exitCode = 0;
  rmSync(folder, { recursive: true, force: true });
});

it('hands its words on, ends when the measure has ended, and with its exit status', async () => {
  const program = join(folder, 'measure.mjs');
  const said = join(folder, 'said');
  writeFileSync(
    program,
    `import { writeFileSync } from 'node:fs';
     setTimeout(() => {
       writeFileSync(${JSON.stringify(said)}, process.argv.slice(2).join(' '));
       process.exit(7);
     }, 300);`,
  );
  const grader = new Command('grader');
  addBenchCommand(grader, program);
  await grader.parseAsync(['bench', 'clock', '--runs', '2', '--help'], { from: 'user' });
  expect(readFileSync(said, 'utf8')).toBe('clock --runs 2 --help');
  expect(process.exitCode).toBe(7);
});
