import { Command } from 'commander';
import { addBenchCommand } from './commands/bench.js';
import { addCancelCommand } from './commands/cancel.js';
import { addCriteriaCommand } from './commands/criteria.js';
import { addCutoverCommand } from './commands/cutover.js';
import { addDemoCommand } from './commands/demo.js';
import { addDocsCommand } from './commands/docs.js';
import { addDownCommand } from './commands/down.js';
import { addDrainCommand } from './commands/drain.js';
import { addModeCommand } from './commands/mode.js';
import { addPublishCommand } from './commands/publish.js';
import { addQuarantineCommand } from './commands/quarantine.js';
import { addRejudgeCommands } from './commands/rejudge/index.js';
import { addReplayCommand } from './commands/replay.js';
import { addServiceCommands } from './commands/run-service.js';
import { addSubmitCommand } from './commands/submit.js';
import { addSweepCommand } from './commands/sweep.js';
import { addTestCommand } from './commands/test.js';
import { addUpCommand } from './commands/up.js';
import { renderError } from './render-error.js';

const program = new Command('grader').description('Grades submissions as durable Temporal workflows.');

addDemoCommand(program);
addSubmitCommand(program);
addReplayCommand(program);
addCancelCommand(program);
addSweepCommand(program);
addTestCommand(program);
addUpCommand(program);
addDownCommand(program);
addRejudgeCommands(program);
addServiceCommands(program);
addModeCommand(program);
addCutoverCommand(program);
addCriteriaCommand(program);
addPublishCommand(program);
addQuarantineCommand(program);
addDrainCommand(program);
addBenchCommand(program);
addDocsCommand(program);

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`\n${renderError(error)}\n`);
  process.exitCode = 1;
}
