import type { Command } from 'commander';
import { createRejudgings } from '../../../platform/temporal/rejudgings.js';
import { say } from '../../../platform/terminal/print.js';
import { withContext } from '../../context.js';

export function addCancelCommand(rejudge: Command): void {
  rejudge
    .command('cancel')
    .description('end a set at any time: running programs are killed, stored results stay as they are')
    .argument('<set>', 'name of the set')
    .action((set: string) =>
      withContext({ needs: 'temporal' }, async ({ temporal }) => {
        await createRejudgings(temporal).cancel(set);
        say(`set ${set} is cancelled; what was graded can still be looked at: grader rejudge show ${set}`);
      }),
    );
}
