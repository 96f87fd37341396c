import type { Command } from 'commander';
import { allCommands, commandPath } from '../../platform/terminal/command-tree.js';

/** What may follow the words typed so far. */
export interface CompletionNode {
  /** Words after the program's name: '' is the program itself, `cutover plan` a nested command. */
  readonly path: string;
  readonly words: readonly CompletionWord[];
  /** What may follow an option, where its values are known. */
  readonly values: readonly OptionValues[];
  /** Whether file names may follow. */
  readonly takesFiles: boolean;
}

export interface OptionValues {
  readonly option: string;
  readonly values: readonly string[];
}

export interface CompletionWord {
  readonly word: string;
  readonly description: string;
}

const fileArguments = /^(file|vitest)$/;

/** Read from the program itself, so completion cannot lag behind it. */
export function completionNodes(program: Command): readonly CompletionNode[] {
  return allCommands(program).map((command) => ({
    path: commandPath(command).split(' ').slice(1).join(' '),
    words: [...subcommands(command), ...choices(command), ...options(command)],
    values: command.options.flatMap(({ long, argChoices }) =>
      long && argChoices ? [{ option: long, values: argChoices }] : [],
    ),
    takesFiles: command.registeredArguments.some((argument) => fileArguments.test(argument.name())),
  }));
}

function subcommands(command: Command): CompletionWord[] {
  return command.commands.map((each) => ({ word: each.name(), description: each.description() }));
}

function choices(command: Command): CompletionWord[] {
  return command.registeredArguments.flatMap((argument) =>
    (argument.argChoices ?? []).map((word) => ({ word, description: argument.description })),
  );
}

function options(command: Command): CompletionWord[] {
  const own = command.options.flatMap(({ long, description }) => (long ? [{ word: long, description }] : []));
  return [...own, { word: '--help', description: 'what the command does, with examples' }];
}
