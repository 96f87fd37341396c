import { Command } from 'commander';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { runCommand, withOwnExitStatus } from './run-program.js';

const { argv } = process;
const long = `${'word '.repeat(22)}and its end\nhere. A second\nSettings: A, B.`;

let told = '';
let said = '';
beforeEach(() => {
  told = '';
  said = '';
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    told += String(text);
    return true;
  });
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    said += String(text);
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  process.argv = argv;
  process.exitCode = undefined;
});

async function run(...words: readonly string[]): Promise<unknown> {
  const program = withOwnExitStatus(new Command('grader')).option('--context <name>');
  const mode = program.command('mode');
  mode
    .command('set')
    .argument('<mode>')
    .option('--share <percent>')
    .addHelpText('after', `\n  grader  mode set\n${long}`);
  process.argv = ['node', 'grader', ...words];
  await runCommand(program);
  return process.exitCode;
}

it.each([
  [['mode', 'set'], 'grader mode set --help'],
  [['mode', 'set', 'equal', '--shar', '5%'], 'grader mode set --help'],
  [['--context', 'x', 'mode', 'sett'], 'grader mode --help'],
  [['modes'], 'grader --help'],
])('a call that cannot be read says where to read how: %j', async (words, next) => {
  expect(await run(...words)).toBe(2);
  expect(told).toMatch(/^error: /);
  expect(told.endsWith(`\nSee: ${next}\n`)).toBe(true);
});

it('does not say so beneath the help itself', async () => {
  expect(await run('mode')).toBe(2);
  expect(told).not.toContain('See:');
});

it('breaks the sentences of a help between words, and leaves its examples as they are', async () => {
  vi.stubEnv('COLUMNS', '60');
  await run('mode', 'set', '--help');
  expect(Math.max(...said.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(60);
  expect(said).toContain('\n  grader  mode set\n');
  expect(said).toContain('end here. A second\nSettings: A, B.');
});
