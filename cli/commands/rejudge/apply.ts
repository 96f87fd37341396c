import type { Command } from 'commander';
import { toBeApplied } from '../../../domain/rejudge/rejudge-comparison.js';
import { createRejudgings } from '../../../platform/temporal/rejudgings.js';
import { confirm, yesOption } from '../../../platform/terminal/confirm.js';
import { sayItGoesOn } from '../../../platform/terminal/interrupt.js';
import { JsonOption, printJson } from '../../../platform/terminal/json-answer.js';
import { say } from '../../../platform/terminal/print.js';
import { rejudgeSummaryAnswer } from '../../answers/set-answers.js';
import { auditedCommand } from '../../audited.js';
import { whyOption } from '../../by-option.js';
import { withContext } from '../../context.js';
import { renderMatrix, renderOutcomes, renderSummary } from './render-set.js';
import { untilApplied } from './wait.js';

export function addApplyCommand(rejudge: Command): void {
  rejudge
    .command('apply')
    .description(
      'write the results that differ, unless the stored one was replaced since; asks first; refused while unfinished',
    )
    .argument('<set>', 'name of the set, such as 20261125-1')
    .option(...yesOption)
    .option('--no-wait', 'return at once')
    .addOption(whyOption())
    .addOption(new JsonOption(rejudgeSummaryAnswer))
    .action((set: string, options: { wait: boolean; yes?: boolean; why?: string; json?: boolean }) =>
      withContext({ needs: 'temporal' }, async (context) => {
        const sets = createRejudgings(context.temporal);
        const tell = options.json === true ? () => {} : say;
        const before = await sets.summary(set);
        // What cannot be applied is refused by the set itself, with its reason.
        if (before.phase === 'graded') {
          tell(renderSummary(before));
          if (before.matrix.length > 0) tell(renderMatrix(before.matrix));
          await confirm(
            `Write the ${toBeApplied(before.differences)} result(s) that differ over the stored ones?`,
            options.yes,
          );
        }
        const { toApply } = await auditedCommand(
          context,
          { what: 'rejudge apply', target: set, why: options.why },
          () => sets.apply(set, context.settings.operator),
          (applied) => `${applied.toApply} result(s) are being written`,
        );
        tell(`${toApply} results are written`);
        const withdraw = sayItGoesOn(`applying ${set}`, `grader rejudge cancel ${set}`);
        const summary = options.wait ? await untilApplied(sets, set, tell) : await sets.summary(set);
        withdraw();
        if (options.json === true) printJson(rejudgeSummaryAnswer, summary);
        else say(renderOutcomes(summary));
      }),
    );
}
