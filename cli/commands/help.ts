import type { Command } from 'commander';
import { commandPath } from '../../platform/terminal/command-tree.js';
import { UsageError } from '../../platform/terminal/usage-error.js';

/** `grader help cutover promote`: the help of that command; commander's own takes one word. */
export function addHelpCommand(program: Command): void {
  program
    .helpCommand(false)
    .command('help')
    .description('display help for a command')
    .argument('[command...]', 'such as cutover promote')
    .action((words: string[]) => {
      let command = program;
      for (const word of words) {
        const next = command.commands.find((each) => each.name() === word);
        if (next === undefined) {
          throw new UsageError(
            `There is no command ${commandPath(command)} ${word}. See: ${commandPath(command)} --help`,
          );
        }
        command = next;
      }
      command.outputHelp();
    });
}
