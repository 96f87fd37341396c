import type { Command } from 'commander';
import { stopServices } from '../services/index.js';

/** `grader down`: stops what was started here and nothing else. */
export function addDownCommand(program: Command): void {
  program
    .command('down')
    .description('stop all services started here and check that nothing of them is left')
    .option('--purge', 'delete their data too: databases, queues, images, histories, logs')
    .action(async (options: { purge?: boolean }) => {
      await stopServices({ purge: options.purge === true });
      process.stdout.write(
        options.purge === true
          ? 'Nothing is running, the data is deleted.\n'
          : 'Nothing is running. The data is kept in .local; `./grader down --purge` deletes it.\n',
      );
    });
}
