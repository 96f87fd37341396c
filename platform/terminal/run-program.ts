import type { Command } from 'commander';
import { exitStatus, isBadSettings } from '../process/exit-status.js';
import { renderError } from './render-error.js';

/** Runs the command that the process was called with. Whatever it throws is shown as text, with exit status 1; 78 for settings. */
export async function runProgram(program: Command): Promise<void> {
  try {
    await program.parseAsync();
  } catch (error) {
    process.stderr.write(`\n${renderError(error)}\n`);
    process.exitCode = isBadSettings(error) ? exitStatus.badSettings : exitStatus.notDone;
  }
}
