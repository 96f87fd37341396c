import type { Command } from 'commander';
import { createProgram } from '../cli/program.js';
import { addExamples } from '../platform/terminal/command-tree.js';
import { addBenchCommand } from './commands/bench.js';
import { addDemoCommand } from './commands/demo.js';
import { addDocsCommand } from './commands/docs.js';
import { addDownCommand } from './commands/down.js';
import { addSubmitCommand } from './commands/submit.js';
import { addTestCommand } from './commands/test.js';
import { addUpCommand } from './commands/up.js';
import { developmentExamples } from './examples.js';

/** The operators' commands, and those that only a checkout has. */
export function createDevelopmentProgram(): Command {
  const program = createProgram();
  program.commandsGroup('In a checkout:');
  addDemoCommand(program);
  addSubmitCommand(program);
  addTestCommand(program);
  addUpCommand(program);
  addDownCommand(program);
  addDocsCommand(program);
  addBenchCommand(program);
  addExamples(program, developmentExamples);
  return program;
}
