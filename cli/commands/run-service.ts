import type { Command } from 'commander';
import { settingsTable } from '../../platform/settings/settings-table.js';
import { UsageError } from '../../platform/terminal/usage-error.js';

/** What follows it in the help is the list of docs/configuration.md, so the generated manual ends here. */
export const settingsHeading = 'Settings, from the environment or .env:';

/** Help for `grader worker` and `grader bridge`: the launcher starts these itself, in its own process's place. */
export function addServiceCommands(program: Command): void {
  addServiceCommand(program, 'worker', 'run a grading worker in the foreground');
  addServiceCommand(program, 'bridge', 'run the RabbitMQ bridge in the foreground');
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
