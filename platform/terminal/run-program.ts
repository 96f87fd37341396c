import type { Command } from 'commander';
import { CommanderError } from 'commander';
import { exitStatus, exitStatusOf } from '../process/exit-status.js';
import { endOnInterrupt } from './interrupt.js';
import { tell } from './print.js';
import { renderError } from './render-error.js';

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
      return;
    }
    tell(`\n${renderError(error)}`);
    process.exitCode = exitStatusOf(error);
  }
}

/** Lets `runProgram` choose the exit status of a wrong call; to be set before commands are added, which inherit it. */
export function withOwnExitStatus(program: Command): Command {
  // A message repeats what it was called with.
  program.configureOutput({ writeErr: (text) => tell(text.trimEnd()) });
  return program.exitOverride();
}
