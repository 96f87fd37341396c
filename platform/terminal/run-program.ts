import type { Command } from 'commander';
import { renderError } from './render-error.js';

/** Runs the command that the process was called with. Whatever it throws is shown as text, with exit status 1. */
export async function runProgram(program: Command): Promise<void> {
  try {
    await program.parseAsync();
  } catch (error) {
    process.stderr.write(`\n${renderError(error)}\n`);
    process.exitCode = 1;
  }
}
