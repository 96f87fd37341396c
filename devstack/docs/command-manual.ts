import type { Command } from 'commander';
import { settingsHeading } from '../../cli/commands/run-service.js';
import { allCommands, commandPath, wholeHelp } from '../../platform/terminal/command-tree.js';
import { answerOf, jsonSchemaOf } from '../../platform/terminal/json-answer.js';

const width = 100;
const head = `# Commands

\`./grader docs\` writes this page from the commands themselves. In a checkout, call the launcher: \`./grader\`. Settings are in
[configuration.md](configuration.md). Options that many commands share stand only here:

- \`--help\`, \`--version\`, and \`--context NAME\`: the platform to speak of, one of \`grader context list\`. The first line on standard error
  says which it is.
- \`--json\`, of those that read: names in camelCase, times in ISO 8601, shares and rates in per cent. Each has its JSON schema beside
  it. \`schemaVersion\` rises when a name goes or changes its meaning; names may be added.
- \`--yes\`, of those that end gradings, write over results, or move or delete messages: they show what they would do and ask. Without
  a terminal and without \`--yes\` they do nothing and end with 2. \`cutover abort\` and \`mode set off\` never ask and need no reason.
- \`--queue NAME\`, of mode and cutover (default: \`RABBITMQ_QUEUE\`); \`--by NAME\` (default: \`GRADER_OPERATOR\`, else who calls) and \`--why TEXT\`, of
  those that change the share, are kept in the history.

Output has no colours in a pipe or with \`NO_COLOR=1\`. Tables fit the terminal, or \`COLUMNS\`. Ctrl-C stops what the command started; it
says what continues on the server, and how to end that. Exit status:

- 0: done.
- 1: not done, not all of it visible, or a check failed. Standard error says why, and what to do next.
- 2: unknown option or argument, or no such thing.
- 3: looked, and the answer is no, or not yet.
- 75: a service failed; start it again. 78: a setting cannot be used; correct it.
- 130: ended by Ctrl-C. 141: the reader of the output left, as \`head\` does.`;

/** What the list above says once. */
const sharedOptions =
  /^ +(?:-h, --help .*|--json +print JSON|--queue <name> +default: RABBITMQ_QUEUE|--by <name> .*|--why <text> +reason, kept in the history)\n/gm;

/** Of a command whose arguments are described. */
const obviousExamples = /^ {2}grader (?!.*(?:--| {2})).*\n/gm;

/** docs/cli.md, made from the program itself. */
export function renderManual(program: Command): string {
  const commands = allCommands(program).filter((command) => command !== program);
  const index = commands
    .filter((command) => command.parent === program)
    .map((command) => `- [${commandPath(command)}](#${anchor(command)}): ${command.description()}`);
  const sections = commands.map((command) => {
    const level = command.parent === program ? '##' : '###';
    const schema = answerOf(command) === undefined ? '' : `\n\nJSON: [schema](${schemaFile(command)})`;
    return `${level} ${commandPath(command)}\n\n${helpFor(command)}${schema}`;
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

/** As printed at the terminal, without what stands elsewhere on the page, or in configuration.md. */
function helpFor(command: Command): string {
  const path = commandPath(command);
  const settings = new RegExp(`${settingsHeading}\\n(?: {2}.*\\n?)+`);
  const plainExamples = new RegExp(`^ {2}${path}(?: --json)?(?: {2,}.*)?\\n`, 'gm');
  const help = `${wholeHelp(command, width)}\n`
    .replace(settings, `${settingsHeading} docs/configuration.md\n`)
    .replace('Usage: ', '')
    .replace(' [options]', '')
    .replaceAll(command.registeredArguments.length > 0 ? obviousExamples : plainExamples, '')
    .replaceAll(sharedOptions, '')
    .replaceAll(/^Settings: .*\n/gm, '')
    .split('\n\n')
    .map((part) => part.trimEnd())
    .filter((part) => !/^(?:Global Options|Commands):|^(?:Options|Examples):$/.test(part))
    .filter(
      (part) => ![path, `${path} [command]`, command.description()].includes(part.replaceAll('\n', ' ')),
    );
  const isInIndex = command.parent?.parent === null && help.length > 0;
  const parts = [
    ...(isInIndex ? [] : [sentence(command.description())]),
    ...(help.length > 0 ? [`\`\`\`text\n${help.join('\n\n')}\n\`\`\``] : []),
  ];
  return parts.join('\n\n');
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function anchor(command: Command): string {
  return commandPath(command).replaceAll(' ', '-');
}
