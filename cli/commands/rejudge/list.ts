import type { Command } from 'commander';
import { createRejudgings } from '../../../platform/temporal/rejudgings.js';
import { JsonOption, printJson } from '../../../platform/terminal/json-answer.js';
import { say } from '../../../platform/terminal/print.js';
import { renderTable } from '../../../platform/terminal/table.js';
import { rejudgeListAnswer } from '../../answers/set-answers.js';
import { withContext } from '../../context.js';

export function addListCommand(rejudge: Command): void {
  rejudge
    .command('list')
    .description('list the sets, open ones first')
    .addOption(new JsonOption(rejudgeListAnswer))
    .action((options: { json?: boolean }) =>
      withContext({ needs: 'temporal' }, async ({ temporal }) => {
        const sets = await createRejudgings(temporal).list();
        if (options.json === true) return printJson(rejudgeListAnswer, { sets });
        if (sets.length === 0) return say('There is no rejudging. Make one: grader rejudge create --help');
        const rows = sets.map((set) => [
          set.set,
          set.status === 'RUNNING' ? 'open' : set.status.toLowerCase(),
          set.submissions,
          set.selection,
          set.reason,
          set.requestedBy,
        ]);
        say(renderTable(['set', 'state', 'submissions', 'selection', 'reason', 'by'], rows));
      }),
    );
}
