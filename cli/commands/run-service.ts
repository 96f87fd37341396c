import type { Command } from 'commander';
import { settingsTable } from '../../platform/settings/settings-table.js';
import { UsageError } from '../../platform/terminal/usage-error.js';

/** Below it, the help lists every setting. The generated manual omits that list: docs/configuration.md has it. */
export const settingsHeading = 'Settings, from the environment or .env:';

/** Help for `grader worker`, `grader bridge` and `grader console`: the launcher itself starts them, in place of its own process. */
export function addServiceCommands(program: Command): void {
  addServiceCommand(program, 'worker', 'run a grading worker in the foreground');
  addServiceCommand(program, 'bridge', 'run the RabbitMQ bridge in the foreground');
  addServiceCommand(program, 'console', 'serve the web console, which shows the system and acts on it');
}

function addServiceCommand(program: Command, name: string, description: string): void {
  program
    .command(name)
    .description(description)
    .addHelpText('after', () => `\n${settingsHeading}\n${settingsHelp()}`)
    .action(() => {
      throw new UsageError(`${name} takes no arguments: its settings come from the environment or .env.`);
    });
}

function settingsHelp(): string {
  return settingsTable()
    .map((setting) => `  ${setting.name} (${setting.default || 'no default'})\n      ${setting.description}`)
    .join('\n');
}
