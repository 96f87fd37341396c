import type { Command } from 'commander';

/** Every command, the program itself first, each before those below it. */
export function allCommands(program: Command): readonly Command[] {
  return [program, ...program.commands.flatMap(allCommands)];
}

/** Those that do something themselves. */
export function leafCommands(program: Command): readonly Command[] {
  return allCommands(program).filter(({ commands }) => commands.length === 0);
}

/** `grader cutover plan` */
export function commandPath(command: Command): string {
  return command.parent === null ? command.name() : `${commandPath(command.parent)} ${command.name()}`;
}

/** All that `--help` prints, at the given width whatever the terminal. */
export function wholeHelp(command: Command, width: number): string {
  let text = '';
  const before = command.configureOutput();
  command.configureOutput({
    ...before,
    writeOut: (part) => {
      text += part;
    },
    getOutHelpWidth: () => width,
    getOutHasColors: () => false,
  });
  command.outputHelp();
  command.configureOutput(before);
  return text.trimEnd();
}

/** Path of a command (`grader cutover plan`) → lines that show how it is called. */
export type CommandExamples = Readonly<Record<string, readonly string[]>>;

/** Adds examples to the help of their commands. */
export function addExamples(program: Command, examples: CommandExamples): void {
  for (const command of leafCommands(program)) {
    const lines = examples[commandPath(command)];
    if (lines !== undefined) command.addHelpText('after', `\nExamples:\n  ${lines.join('\n  ')}`);
  }
}
