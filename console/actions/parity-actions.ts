import { z } from 'zod';
import type { CommandContext } from '../../cli/context.js';
import { assertAnswers } from '../../cli/context.js';
import { acceptDifference, describeAccepted, withdrawAccepted } from '../../cli/parity/accept-difference.js';
import { explainDifference } from '../../cli/parity/explain-difference.js';
import { oneId, text, why } from '../fields.js';
import type { ActionRoute } from '../routes.js';
import { action } from '../routes.js';
import { acting } from './acting.js';

const aboutOne = z.object({ id: oneId, why });
const lag = 'The report shows it within moments.';

/** What is said about differences from the legacy worker. */
export function parityActions(context: CommandContext): readonly ActionRoute[] {
  return [
    action('/actions/parity-explain', aboutOne, async ({ id, why: note }, { name }) => {
      await assertAnswers(context, 'temporal');
      const wanted = { by: name, what: 'parity explain', target: `submission ${id}`, why: note };
      return acting(context, wanted, async () => {
        await explainDifference(context, { submissionId: id, note, by: name });
        return { text: `Submission ${id} is explained. ${lag}`, to: `/parity/${id}` };
      });
    }),
    action('/actions/parity-accept', aboutOne, async ({ id, why: reason }, { name }) => {
      await assertAnswers(context, 'temporal');
      const wanted = { by: name, what: 'parity accept', target: `submission ${id}`, why: reason };
      return acting(context, wanted, async () => {
        const accepted = await acceptDifference(context, { submissionId: id, why: reason, by: name });
        return {
          text: `Accepted as ${accepted.id}: ${describeAccepted(accepted)}. ${lag}`,
          to: '/parity',
        };
      });
    }),
    action(
      '/actions/parity-withdraw',
      z.object({ rule: text, why }),
      async ({ rule, why: reason }, { name }) => {
        await assertAnswers(context, 'temporal');
        const wanted = { by: name, what: 'parity withdraw', target: rule, why: reason };
        return acting(context, wanted, async () => {
          await withdrawAccepted(context, rule, reason);
          return { text: `${rule} is withdrawn. ${lag}`, to: '/parity' };
        });
      },
    ),
  ];
}
