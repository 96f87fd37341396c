import type { Command } from 'commander';
import { addApplyCommand } from './apply.js';
import { addCancelCommand } from './cancel.js';
import { addCreateCommand } from './create.js';
import { addListCommand } from './list.js';
import { addShowCommand } from './show.js';

/** `grader rejudge …`: grades many submissions beside their stored results; docs/rejudge.md walks through it. */
export function addRejudgeCommands(program: Command): void {
  const rejudge = program
    .command('rejudge')
    .description('grade again beside stored results, compare, then apply or cancel');
  addCreateCommand(rejudge);
  addShowCommand(rejudge);
  addApplyCommand(rejudge);
  addCancelCommand(rejudge);
  addListCommand(rejudge);
}
