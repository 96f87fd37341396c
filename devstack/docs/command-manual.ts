import type { Command } from 'commander';
import { allCommands, commandPath, wholeHelp } from '../../platform/terminal/command-tree.js';

const width = 100;
const head = `# Commands

Every command with its options and examples, as \`--help\` prints them; written by \`npm run docs\`. In a checkout the
program is called by its launcher, \`./grader\`. Commands that read print JSON with \`--json\`. Colours are left out where
standard output is no terminal, and with \`NO_COLOR=1\`. Exit status 0: done; 1: not done, or what was looked at is not in
order; 78: a setting cannot be used. The message on standard error says why and what to do next.

Completion of commands and options in a shell: \`grader completion --help\`.`;

/** docs/cli.md, made from the program itself. */
export function renderManual(program: Command): string {
  const commands = allCommands(program).filter((command) => command !== program);
  const index = commands
    .filter((command) => command.parent === program)
    .map((command) => `- [${commandPath(command)}](#${anchor(command)}): ${command.description()}`);
  const sections = commands.map((command) => {
    const level = command.parent === program ? '##' : '###';
    return `${level} ${commandPath(command)}\n\n\`\`\`text\n${wholeHelp(command, width)}\n\`\`\``;
  });
  return `${[head, index.join('\n'), ...sections].join('\n\n')}\n`;
}

function anchor(command: Command): string {
  return commandPath(command).replaceAll(' ', '-');
}
