import { Command } from 'commander';
import { addDownCommand } from './commands/down.js';
import { addUpCommand } from './commands/up.js';
import { renderError } from './render-error.js';

const program = new Command('grader').description('Grades submissions as durable Temporal workflows.');

addUpCommand(program);
addDownCommand(program);

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`\n${renderError(error)}\n`);
  process.exitCode = 1;
}
