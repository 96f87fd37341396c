import { z } from 'zod';
import type { CommandContext } from '../../cli/context.js';
import { assertAnswers } from '../../cli/context.js';
import { describeCriteria } from '../../domain/rejudge/rejudge-selection.js';
import { createRejudgings } from '../../platform/temporal/rejudgings.js';
import { ensureSearchAttributes } from '../../platform/temporal/search-attributes.js';
import { text, why } from '../fields.js';
import { criteriaOf, selectFor } from '../pages/rejudge/selection.js';
import type { ActionRoute } from '../routes.js';
import { action, FormError } from '../routes.js';
import { acting } from './acting.js';

const ofSet = z.object({ set: text, why });
const newSet = z.object({ problem: text, class: text, language: text, verdict: text, ids: text, why });

/** What is done to sets of submissions that are judged again. */
export function rejudgeActions(context: CommandContext): readonly ActionRoute[] {
  const sets = () => createRejudgings(context.temporal);
  return [
    action('/actions/rejudge-create', newSet, async ({ why: reason, ...given }, { name }) => {
      const criteria = criteriaOf(new URLSearchParams(given));
      const selection = describeCriteria(criteria);
      await assertAnswers(context, 'platform');
      const { chosen } = await selectFor(context, criteria);
      if (chosen.length === 0) throw new FormError('Nothing is selected.');
      return acting(
        context,
        { by: name, what: 'rejudge create', target: selection, why: reason },
        async () => {
          const { rejudgeParallel, rejudgeRunLength } = context.settings;
          const set = await sets().create({
            reason,
            selection,
            requestedBy: name,
            submissionIds: chosen,
            repeat: 1,
            parallel: rejudgeParallel,
            submissionsPerRun: rejudgeRunLength,
            searchAttributes: [...(await ensureSearchAttributes(context.temporal, context.log))],
          });
          return {
            text: `Rejudging ${set} has begun. Load this page again to see how far it is.`,
            to: `/rejudge/${set}`,
          };
        },
      );
    }),
    action('/actions/rejudge-apply', ofSet, async ({ set, why: reason }, { name }) => {
      await assertAnswers(context, 'platform');
      return acting(context, { by: name, what: 'rejudge apply', target: set, why: reason }, async () => {
        const { toApply } = await sets().apply(set, name);
        return { text: `${toApply} result(s) are being written.`, to: `/rejudge/${set}` };
      });
    }),
    action('/actions/rejudge-cancel', ofSet, async ({ set, why: reason }, { name }) => {
      await assertAnswers(context, 'temporal');
      return acting(context, { by: name, what: 'rejudge cancel', target: set, why: reason }, async () => {
        await sets().cancel(set);
        return {
          text: `Set ${set} is cancelled; what was graded can still be looked at.`,
          to: `/rejudge/${set}`,
        };
      });
    }),
  ];
}
