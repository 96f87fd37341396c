import { execFileSync } from 'node:child_process';
import { Argument, Command, Option } from 'commander';
import { describe, expect, it } from 'vitest';
import { completionNodes } from '../cli/completion/completion-words.js';
import { renderCompletion } from '../cli/completion/render-completion.js';
import { createDevelopmentProgram } from './program.js';

/** What a real bash offers after these words; the last one is being typed. */
function offeredByBash(program: Command, ...words: readonly string[]): string[] {
  const script = `${renderCompletion('bash', completionNodes(program))}
COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')})
COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
_grader
printf '%s\\n' "\${COMPREPLY[@]}"`;
  const output = execFileSync('bash', ['--norc', '-c', script], {
    encoding: 'utf8',
    cwd: import.meta.dirname,
  });
  return output.split('\n').filter((line) => line !== '');
}

describe('in bash', () => {
  const program = createDevelopmentProgram();

  it.each([
    [
      ['grader', 'doc'],
      ['doctor', 'docs'],
    ],
    [
      ['grader', 'cutover', 'p'],
      ['plan', 'pause', 'promote'],
    ],
    [['grader', 'cutover', 'status', '--w'], ['--watch']],
    [['grader', 'stats', '--since', '1h', '--j'], ['--json']],
    [
      ['grader', 'completion', ''],
      ['bash', 'zsh', 'fish', '--help'],
    ],
    [['grader', 'mode', 'set', 'router', '--sh'], ['--share']],
    [['grader', 'mode', 'set', 'st'], ['standby']],
    [['grader', 'replay', '--failed-step', 'no'], ['notify']],
    [['grader', 'rejudge', 'show', 'a-set', '--only', 'co'], ['conflict']],
    [['grader', 'submit', 'completion.te'], ['completion.test.ts']],
  ])('%j is completed by %j', (words, offered) => {
    expect(offeredByBash(program, ...words)).toEqual(offered);
  });
});

const small = new Command('grader');
small.command('look').description("at somebody's work").option('--json', 'print JSON');
small
  .command('print')
  .description('one: or the other')
  .addArgument(new Argument('<what>', 'which').choices(['this', 'that']))
  .addOption(new Option('--how <way>', 'in which way').choices(['fast', 'slowly']));

it.each(['zsh', 'fish'] as const)('%s is offered every command, option and choice', (shell) => {
  const script = renderCompletion(shell, completionNodes(small));
  for (const word of ['look', 'print', 'this', 'that', 'json', 'help', 'how', 'fast', 'slowly'])
    expect(script).toContain(word);
  // An apostrophe in a description must not end a quoted word.
  expect((script.match(/'/g) ?? []).length % 2).toBe(0);
  expect(script).toContain('at somebody’s work');
  expect(script.match(/’/g)).toHaveLength(1);
});
