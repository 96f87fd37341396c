import { audited } from '../../cli/audited.js';
import type { CommandContext } from '../../cli/context.js';
import type { Outcome } from '../routes.js';

interface Wanted {
  readonly by: string;
  /** As the command is called. */
  readonly what: string;
  readonly target: string;
  readonly why: string;
}

/** An action of the console: it lands in the audit log, and the page that follows tells its outcome. */
export async function acting(
  context: Pick<CommandContext, 'temporal' | 'log'>,
  wanted: Wanted,
  work: () => Promise<Outcome>,
): Promise<Outcome> {
  const { result, unrecorded } = await audited(
    context,
    { ...wanted, via: 'console' },
    work,
    ({ text }) => text,
  );
  if (unrecorded === undefined) return result;
  return { ...result, text: `${result.text}\nIt is not in the audit log: ${unrecorded}` };
}
