import type { Command } from 'commander';
import { CommanderError } from 'commander';
import { exitStatus, exitStatusOf } from '../process/exit-status.js';
import { commandPath } from './command-tree.js';
import { endOnInterrupt } from './interrupt.js';
import { tell } from './print.js';
import { renderError } from './render-error.js';
import { fitText } from './text-width.js';

/** For connections to close by themselves. */
const leaveAfterMs = 3_000;

/** The whole of a process: it can be interrupted, and a connection that does not end keeps nobody at the terminal waiting. */
export async function runProgram(program: Command): Promise<void> {
  endOnInterrupt();
  await runCommand(program);
  // Writes to files and pipes are synchronous, so nothing of the answer is cut off.
  setTimeout(() => process.exit(), leaveAfterMs).unref();
}

/** Runs the command that the process was called with. Whatever it throws is shown as text; exit-status.ts says how it ends. */
export async function runCommand(program: Command): Promise<void> {
  try {
    await program.parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) {
      // It has printed its message, or the help that was asked for.
      process.exitCode = error.exitCode === 0 ? exitStatus.done : exitStatus.usage;
      if (!error.code.startsWith('commander.help') && error.exitCode !== 0) {
        tell(`See: ${commandPath(calledCommand(program, process.argv.slice(2)))} --help`);
      }
      return;
    }
    tell(`\n${renderError(error)}`);
    process.exitCode = exitStatusOf(error);
  }
}

/** Lets `runProgram` choose the exit status of a wrong call; to be set before commands are added, which inherit it. */
export function withOwnExitStatus(program: Command): Command {
  // A message repeats what it was called with.
  program.configureOutput({
    writeErr: (text) => tell(fitText(text).trimEnd()),
    writeOut: (text) => void process.stdout.write(fitText(text)),
  });
  return program.exitOverride();
}

/** Values of options in between do no harm: what is no command is passed over. */
function calledCommand(program: Command, [word, ...words]: readonly string[]): Command {
  if (word === undefined) return program;
  return calledCommand(program.commands.find((each) => each.name() === word) ?? program, words);
}
