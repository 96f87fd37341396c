import { z } from 'zod';
import type { Obedience } from '../../cli/bridges/change-and-confirm.js';
import { describeObedience, isConfirmed } from '../../cli/bridges/change-and-confirm.js';
import type { RecentBridges } from '../../cli/bridges/recent-bridges.js';
import { setBridges, shareFor } from '../../cli/bridges/set-bridges.js';
import type { CommandContext } from '../../cli/context.js';
import { abortCutover, orderCutover, startCutover } from '../../cli/cutover-plan/cutover-orders.js';
import { parsePlan } from '../../cli/cutover-plan/load-plan.js';
import { describeSetting } from '../../domain/cutover/bridge-control.js';
import { errorLine } from '../../domain/errors/error-text.js';
import { mode, share, text, tick, why } from '../fields.js';
import type { ActionRoute, Outcome } from '../routes.js';
import { action } from '../routes.js';
import { acting } from './acting.js';

const to = '/cutover';
const verb = z
  .array(z.enum(['pause', 'resume', 'promote', 'promote-full']))
  .transform(([first]) => first ?? 'pause');

/** What moves the share. A setting of the bridges is its own record of who and why, so those that set it leave no other. */
export function cutoverActions(
  context: CommandContext,
  recentBridges: RecentBridges,
): readonly ActionRoute[] {
  const { queue } = context.settings;
  return [
    action('/actions/abort', z.object({ why: text }), async ({ why: reason }, { name }) => {
      const actor = { by: name, why: reason === '' ? 'abort' : reason };
      const { changed, untold } = await abortCutover(context, actor, { known: recentBridges.ids() });
      const outcome = obeyed(queue, changed);
      if (untold === undefined) return outcome;
      return {
        ...outcome,
        isDone: false,
        text: `${outcome.text}\nThe plan was not told: ${errorLine(untold)}`,
      };
    }),
    action(
      '/actions/mode',
      z.object({ mode, share, why, force: tick }),
      async ({ mode: wanted, share: given, why: reason, force }, { name }) => {
        const percent = given === undefined ? undefined : `${given / 100}%`;
        const setting = { mode: wanted, share: shareFor(wanted, percent), by: name, why: reason, force };
        return obeyed(queue, await setBridges(context, setting, { known: recentBridges.ids() }));
      },
    ),
    action('/actions/cutover', z.object({ verb, why }), ({ verb: chosen, why: reason }, { name }) => {
      const full = chosen === 'promote-full';
      const what = full ? 'promote' : chosen;
      return acting(context, { by: name, what: `cutover ${what}`, target: queue, why: reason }, async () => {
        await orderCutover(context, what, { by: name, why: reason, full });
        return { text: `${what}: sent to the plan. It shows below within moments.`, to };
      });
    }),
    action(
      '/actions/start-plan',
      z.object({ plan: text, why, force: tick }),
      ({ plan: source, why: reason, force }, { name }) => {
        const plan = parsePlan(source, 'The plan');
        return acting(
          context,
          { by: name, what: 'cutover start', target: plan.name, why: reason },
          async () => {
            await startCutover(context, plan, { by: name, why: reason, force });
            return { text: `The cutover of ${queue} by plan ${plan.name} has begun.`, to };
          },
        );
      },
    ),
  ];
}

function obeyed(queue: string, changed: Obedience): Outcome {
  return {
    text: `${queue}: ${describeSetting(changed.control)}; ${describeObedience(changed)}`,
    isDone: isConfirmed(changed),
    to,
  };
}
