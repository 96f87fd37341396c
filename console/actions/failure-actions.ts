import { z } from 'zod';
import type { CommandContext } from '../../cli/context.js';
import { assertAnswers } from '../../cli/context.js';
import { planReplay } from '../../cli/replay/plan-replay.js';
import { runReplay } from '../../cli/replay/run-replay.js';
import { idRanges } from '../../domain/grading/id-ranges.js';
import { startSwept } from '../../platform/start-swept.js';
import { ids, why } from '../fields.js';
import { findStranded } from '../find-stranded.js';
import type { ActionRoute } from '../routes.js';
import { action } from '../routes.js';
import { acting } from './acting.js';

const fields = z.object({ id: ids, why });
/** As `grader replay` where nothing is said, and no more than an answer may take. */
const startsPerSecond = 10;

/** What is done to several submissions that failed or were forgotten. */
export function failureActions(context: CommandContext): readonly ActionRoute[] {
  return [
    action('/actions/replay', fields, async ({ id, why: reason }, { name }) => {
      await assertAnswers(context, 'platform');
      const wanted = { by: name, what: 'replay', target: `submissions ${idRanges(id)}`, why: reason };
      return acting(context, wanted, async () => {
        // Looked at again: some may have been graded since the page was shown.
        const plan = await planReplay(context, { ids: id, atMost: id.length });
        const replays = plan.filter(({ decision }) => decision.kind === 'replay');
        await runReplay(context, replays, { perSecond: startsPerSecond, waitMs: 0 }, () => undefined);
        const skipped = id.length - replays.length;
        return {
          text: `${replays.length} grading(s) started again${skipped > 0 ? `, ${skipped} skipped: they run, or have a verdict` : ''}.`,
          isDone: skipped === 0,
          to: '/failures',
        };
      });
    }),
    action('/actions/start-stranded', fields, async ({ id, why: reason }, { name }) => {
      await assertAnswers(context, 'platform');
      const wanted = { by: name, what: 'sweep --start', target: `submissions ${idRanges(id)}`, why: reason };
      return acting(context, wanted, async () => {
        // Looked at again, too: a verdict that has come meanwhile stands.
        const stranded = (await findStranded(context)).map(({ submission }) => submission);
        const chosen = stranded.filter(({ submissionId }) => id.includes(submissionId));
        await startSwept(context.starter, chosen);
        const skipped = id.length - chosen.length;
        return {
          text: `${chosen.length} grading(s) started${skipped > 0 ? `, ${skipped} skipped: they are not stranded any more` : ''}.`,
          isDone: skipped === 0,
          to: '/failures',
        };
      });
    }),
  ];
}
