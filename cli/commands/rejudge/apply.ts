import { userInfo } from 'node:os';
import type { Command } from 'commander';
import { createRejudgings } from '../../../platform/temporal/rejudgings.js';
import { sayItGoesOn } from '../../../platform/terminal/interrupt.js';
import { printJson, say } from '../../../platform/terminal/print.js';
import { withContext } from '../../context.js';
import { renderOutcomes } from './render-set.js';
import { untilApplied } from './wait.js';

export function addApplyCommand(rejudge: Command): void {
  rejudge
    .command('apply')
    .description(
      'write the results that differ, unless the stored one was replaced since; refused while unfinished',
    )
    .argument('<set>', 'name of the set, such as 20261125-1')
    .option('--no-wait', 'return at once')
    .option('--json', 'print JSON')
    .action((set: string, options: { wait: boolean; json?: boolean }) =>
      withContext({ needs: 'temporal' }, async ({ temporal }) => {
        const sets = createRejudgings(temporal);
        const tell = options.json === true ? () => {} : say;
        const { toApply } = await sets.apply(set, userInfo().username);
        tell(`${toApply} results are written`);
        const withdraw = sayItGoesOn(`applying ${set}`, `grader rejudge cancel ${set}`);
        const summary = options.wait ? await untilApplied(sets, set, tell) : await sets.summary(set);
        withdraw();
        if (options.json === true) printJson(summary);
        else say(renderOutcomes(summary));
      }),
    );
}
