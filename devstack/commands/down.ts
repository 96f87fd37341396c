import type { Command } from 'commander';
import { say } from '../../platform/terminal/print.js';
import { stopServices } from '../services/index.js';
import { forgetStarted } from '../stack/started-context.js';

/** `grader down`: stops what was started here and nothing else. */
export function addDownCommand(program: Command): void {
  program
    .command('down')
    .description('stop these services and check that nothing is left')
    .option('--purge', 'delete their data too: databases, queues, images, histories, logs')
    .action(async (options: { purge?: boolean }) => {
      await stopServices({ purge: options.purge === true });
      forgetStarted();
      say(
        options.purge === true
          ? 'Nothing is running, the data is deleted.'
          : 'Nothing is running. The data is kept in .local; `./grader down --purge` deletes it.',
      );
    });
}
