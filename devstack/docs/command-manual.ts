import type { Command } from 'commander';
import { settingsHeading } from '../../cli/commands/run-service.js';
import { allCommands, commandPath, wholeHelp } from '../../platform/terminal/command-tree.js';

const width = 100;
const head = `# Commands

Every command with its options and examples, as \`--help\` prints them; \`./grader docs\` writes this page. In a checkout,
call the launcher: \`./grader\`. Settings are in [configuration.md](configuration.md).

- \`--json\` prints JSON, with every command that only reads.
- Colours are off when standard output is not a terminal, and with \`NO_COLOR=1\`.
- Exit status 0: done. 1: not done, or something checked is not in order. 78: a setting cannot be used. Standard error says why and what to do next.
- \`grader completion --help\` sets up completion in your shell.`;

/** docs/cli.md, made from the program itself. */
export function renderManual(program: Command): string {
  const commands = allCommands(program).filter((command) => command !== program);
  const index = commands
    .filter((command) => command.parent === program)
    .map((command) => `- [${commandPath(command)}](#${anchor(command)}): ${command.description()}`);
  const sections = commands.map((command) => {
    const level = command.parent === program ? '##' : '###';
    return `${level} ${commandPath(command)}\n\n\`\`\`text\n${helpFor(command)}\n\`\`\``;
  });
  return `${[head, index.join('\n'), ...sections].join('\n\n')}\n`;
}

/** As printed at the terminal, but the settings stand once: in configuration.md. */
function helpFor(command: Command): string {
  const settings = new RegExp(`${settingsHeading}\\n(?: {2}.*\\n?)+`);
  return wholeHelp(command, width).replace(settings, `${settingsHeading} docs/configuration.md\n`);
}

function anchor(command: Command): string {
  return commandPath(command).replaceAll(' ', '-');
}
