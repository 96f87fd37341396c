import type { Command } from 'commander';
import { createRejudgings } from '../../../platform/temporal/rejudgings.js';
import { say } from '../../../platform/terminal/print.js';
import { auditedCommand } from '../../audited.js';
import { whyOption } from '../../by-option.js';
import { withContext } from '../../context.js';

export function addCancelCommand(rejudge: Command): void {
  rejudge
    .command('cancel')
    .description('end a set at any time: running programs are killed, stored results stay as they are')
    .argument('<set>', 'name of the set')
    .addOption(whyOption())
    .action((set: string, { why }: { why?: string }) =>
      withContext({ needs: 'temporal' }, async (context) => {
        await auditedCommand(
          context,
          { what: 'rejudge cancel', target: set, why },
          () => createRejudgings(context.temporal).cancel(set),
          () => 'cancelled',
        );
        say(`set ${set} is cancelled; what was graded can still be looked at: grader rejudge show ${set}`);
      }),
    );
}
