import { Command } from 'commander';
import { contextVariable } from '../platform/context/find-platform.js';
import { installedVersion } from '../platform/process/installation-root.js';
import { addExamples } from '../platform/terminal/command-tree.js';
import { withOwnExitStatus } from '../platform/terminal/run-program.js';
import { addCancelCommand } from './commands/cancel.js';
import { addCompletionCommand } from './commands/completion.js';
import { addContextCommand } from './commands/context.js';
import { addCriteriaCommand } from './commands/criteria.js';
import { addCutoverCommand } from './commands/cutover.js';
import { addDoctorCommand } from './commands/doctor.js';
import { addDrainCommand } from './commands/drain.js';
import { addErrorsCommand } from './commands/errors.js';
import { addHelpCommand } from './commands/help.js';
import { addModeCommand } from './commands/mode.js';
import { addParityCommand } from './commands/parity.js';
import { addPublishCommand } from './commands/publish.js';
import { addQuarantineCommand } from './commands/quarantine.js';
import { addRecentCommand } from './commands/recent.js';
import { addRejudgeCommands } from './commands/rejudge/index.js';
import { addReplayCommand } from './commands/replay.js';
import { addServiceCommands } from './commands/run-service.js';
import { addShadowCommand } from './commands/shadow.js';
import { addStatsCommand } from './commands/stats.js';
import { addStatusCommand } from './commands/status.js';
import { addSweepCommand } from './commands/sweep.js';
import { addViewsCommand } from './commands/views.js';
import { examples } from './examples.js';

/** The operators' commands, in the order of `grader --help`; none connects before it runs. */
export function createProgram(): Command {
  const program = withOwnExitStatus(new Command('grader'))
    .description('Grades submissions as durable Temporal workflows.')
    .version(installedVersion(), '--version', 'print the version')
    .option('--context <name>', 'speak of this platform: one of grader context list')
    .configureHelp({ showGlobalOptions: true })
    .hook('preAction', () => {
      const { context } = program.opts<{ context?: string }>();
      if (context !== undefined) process.env[contextVariable] = context;
    });
  addDoctorCommand(program);
  addStatusCommand(program);
  addRecentCommand(program);
  addStatsCommand(program);
  addErrorsCommand(program);
  addViewsCommand(program);
  addCriteriaCommand(program);
  addReplayCommand(program);
  addCancelCommand(program);
  addSweepCommand(program);
  addRejudgeCommands(program);
  addShadowCommand(program);
  addParityCommand(program);
  addServiceCommands(program);
  addModeCommand(program);
  addCutoverCommand(program);
  addPublishCommand(program);
  addQuarantineCommand(program);
  addDrainCommand(program);
  addContextCommand(program);
  addCompletionCommand(program);
  addHelpCommand(program);
  addExamples(program, examples);
  return program;
}
