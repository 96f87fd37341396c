import type { Command } from 'commander';
import { settingsHeading } from '../../cli/commands/run-service.js';
import { allCommands, commandPath, wholeHelp } from '../../platform/terminal/command-tree.js';
import { answerOf, jsonSchemaOf } from '../../platform/terminal/json-answer.js';

const width = 100;
const head = `# Commands

Every command with its options and examples, as \`--help\` prints them; \`./grader docs\` writes this page. In a checkout,
call the launcher: \`./grader\`. Settings are in [configuration.md](configuration.md).

- \`--json\` prints JSON, with every command that only reads: names in camelCase, times in ISO 8601, shares and rates in per cent. Each
  has its JSON schema beside it. \`schemaVersion\` is raised when a name is taken away or means something else; names may be added.
- Colours are off when standard output is not a terminal, and with \`NO_COLOR=1\`.
- A first line on standard error says which platform the command speaks of. \`grader context --help\` says how it is found.
- A command that writes over results, ends gradings of students, or moves or deletes messages shows what it would do and asks.
  \`--yes\` answers beforehand. Without a terminal and without \`--yes\` it does nothing and ends with 2.
- \`cutover abort\` and \`mode set off\` never ask and need no reason. While Temporal is down they say what else stops the flow.
- Ctrl-C stops what a command started, and says what goes on at the server, with the command that ends it.
- Tables fit the terminal; in a pipe they are as wide as they want, unless \`COLUMNS\` is set.

| exit status | meaning                                                                                           |
| ----------- | ------------------------------------------------------------------------------------------------- |
| 0           | done                                                                                              |
| 1           | not done, or not all of it could be seen, or something checked is not in order                    |
| 2           | called in a way the command does not know, or for something that is not there                     |
| 3           | it has looked, and what it was asked about is not so, or not yet                                  |
| 75, 78      | a service: start it again; a setting cannot be used, so a person is needed                        |
| 130, 141    | ended by Ctrl-C (128 and the number of the signal); the reader of its output left, as \`head\` does |

Standard error says why, and what to do next.

- \`grader completion --help\` sets up completion in your shell.`;

/** docs/cli.md, made from the program itself. */
export function renderManual(program: Command): string {
  const commands = allCommands(program).filter((command) => command !== program);
  const index = commands
    .filter((command) => command.parent === program)
    .map((command) => `- [${commandPath(command)}](#${anchor(command)}): ${command.description()}`);
  const sections = commands.map((command) => {
    const level = command.parent === program ? '##' : '###';
    const schema = answerOf(command) === undefined ? '' : `\n\nJSON: [schema](${schemaFile(command)})`;
    return `${level} ${commandPath(command)}\n\n\`\`\`text\n${helpFor(command)}\n\`\`\`${schema}`;
  });
  return `${[head, index.join('\n'), ...sections].join('\n\n')}\n`;
}

/** File → JSON schema of what the command prints with `--json`. */
export function renderAnswerSchemas(program: Command): Readonly<Record<string, string>> {
  return Object.fromEntries(
    allCommands(program).flatMap((command) => {
      const answer = answerOf(command);
      if (answer === undefined) return [];
      const schema = jsonSchemaOf(answer, `${commandPath(command)} --json`);
      return [[`docs/${schemaFile(command)}`, `${JSON.stringify(schema, undefined, 2)}\n`]];
    }),
  );
}

function schemaFile(command: Command): string {
  return `json/${commandPath(command).split(' ').slice(1).join('-')}.json`;
}

/** As printed at the terminal, but the settings stand once: in configuration.md. */
function helpFor(command: Command): string {
  const settings = new RegExp(`${settingsHeading}\\n(?: {2}.*\\n?)+`);
  return wholeHelp(command, width).replace(settings, `${settingsHeading} docs/configuration.md\n`);
}

function anchor(command: Command): string {
  return commandPath(command).replaceAll(' ', '-');
}
