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
  const changing = (
    verb: 'requeue' | 'drop',
    told: string,
    change: (messages: readonly string[]) => Promise<number>,
  ): ActionRoute =>
    action(`/actions/${verb}`, fields, ({ message, why: reason }, { name }) =>
      acting(
        context,
        { by: name, what: `quarantine ${verb}`, target: message.join(' '), why: reason },
        async () => ({ text: `${await change(message)} message(s) ${told}.`, to: '/quarantine' }),
      ),
    );
  return [
    changing('requeue', `are back on ${queue}`, (messages) => desk.requeue(messages)),
    changing('drop', 'deleted for good', (messages) => desk.drop(messages)),
  ];
}
