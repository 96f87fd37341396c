import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Command } from 'commander';
import { settingsTable } from '../../platform/settings/settings-table.js';
import { projectRoot } from '../project-root.js';

/** `grader worker` and `grader bridge`: run one process in the foreground, with the settings of the environment. */
export function addServiceCommands(program: Command): void {
  addServiceCommand(program, 'worker', 'dist/workers/main.js', 'run a grading worker in the foreground');
  addServiceCommand(program, 'bridge', 'dist/bridge/main.js', 'run the RabbitMQ bridge in the foreground');
}

function addServiceCommand(program: Command, name: string, script: string, description: string): void {
  program
    .command(name)
    .description(description)
    .addHelpText(
      'after',
      () => `\nSettings (environment, or .env in the working directory):\n${settingsHelp()}`,
    )
    .action(async () => {
      const child = spawn(process.execPath, ['--enable-source-maps', join(projectRoot, script)], {
        stdio: 'inherit',
      });
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
      process.exitCode = await new Promise<number>((resolve, reject) => {
        child.once('error', reject);
        child.once('exit', (code) => resolve(code ?? 1));
      });
    });
}

function settingsHelp(): string {
  return settingsTable()
    .map((setting) => `  ${setting.name} (${setting.default || 'no default'})\n      ${setting.description}`)
    .join('\n');
}
