import { z } from 'zod';
import type { CommandContext } from '../../cli/context.js';
import { texts, why } from '../fields.js';
import type { QuarantineDesk } from '../quarantine-desk.js';
import type { ActionRoute } from '../routes.js';
import { action } from '../routes.js';
import { acting } from './acting.js';

const fields = z.object({ message: texts, why });

/** What is done to messages in quarantine; it needs the broker alone. */
export function quarantineActions(context: CommandContext, desk: QuarantineDesk): readonly ActionRoute[] {
  const { queue } = context.settings;
  return [
    action('/actions/requeue', fields, ({ message, why: reason }, { name }) =>
      acting(
        context,
        { by: name, what: 'quarantine requeue', target: message.join(' '), why: reason },
        async () => {
          const count = await desk.requeue(message);
          return { text: `${count} message(s) are back on ${queue}.`, to: '/quarantine' };
        },
      ),
    ),
    action('/actions/drop', fields, ({ message, why: reason }, { name }) =>
      acting(
        context,
        { by: name, what: 'quarantine drop', target: message.join(' '), why: reason },
        async () => {
          const count = await desk.drop(message);
          return { text: `${count} message(s) deleted for good.`, to: '/quarantine' };
        },
      ),
    ),
  ];
}
