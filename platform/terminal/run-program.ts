import type { Command } from 'commander';
import { exitStatus, isBadSettings } from '../process/exit-status.js';
import { renderError } from './render-error.js';

/** For connections to close by themselves. */
const leaveAfterMs = 3_000;

/**
 * Runs the command that the process was called with. Whatever it throws is shown as text, with exit
 * status 1; 78 for settings. A connection that does not end keeps nobody at the terminal waiting.
 */
export async function runProgram(program: Command): Promise<void> {
  try {
    await program.parseAsync();
  } catch (error) {
    process.stderr.write(`\n${renderError(error)}\n`);
    process.exitCode = isBadSettings(error) ? exitStatus.badSettings : exitStatus.notDone;
  }
  // Writes to files and pipes are synchronous, so nothing of the answer is cut off.
  setTimeout(() => process.exit(), leaveAfterMs).unref();
}
