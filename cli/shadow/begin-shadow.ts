import { shareSteps } from '../../domain/grading/share.js';
import type { ShadowSelection } from '../../domain/parity/shadow-selection.js';
import { selectForShadow } from '../../platform/shadow-candidates.js';
import { ensureSearchAttributes } from '../../platform/temporal/search-attributes.js';
import type { ShadowSetHandle } from '../../platform/temporal/shadow-sets.js';
import { startShadowSet } from '../../platform/temporal/shadow-sets.js';
import { UsageError } from '../../platform/terminal/usage-error.js';
import type { CommandContext } from '../context.js';

type ShadowContext = Pick<CommandContext, 'temporal' | 'database' | 'settings' | 'log'>;

/** Grades what was selected again, to compare. Nothing is recorded, and nobody is notified. */
export async function beginShadow(
  { temporal, settings, log }: Pick<ShadowContext, 'temporal' | 'settings' | 'log'>,
  { chosen }: ShadowSelection,
  described: string,
  parallel = settings.shadowParallel,
): Promise<ShadowSetHandle> {
  const input = {
    pick: { kind: 'list', submissions: chosen } as const,
    selection: described,
    parallel,
    searchAttributes: [...(await ensureSearchAttributes(temporal, log))],
  };
  return startShadowSet(temporal, input, chosen.length);
}

/** One submission. @throws UsageError where the legacy worker has not graded it. */
export async function compareWithLegacy(
  context: ShadowContext,
  submissionId: number,
): Promise<ShadowSetHandle> {
  const { salt } = context.settings.bridgeSetting;
  const selection = await selectForShadow(context, {
    ids: [submissionId],
    since: null,
    share: shareSteps,
    salt,
  });
  if (selection.chosen.length === 0) {
    const why = selection.skipped[0]?.reason ?? 'there is no such submission';
    throw new UsageError(
      `There is no result of the legacy worker to compare submission ${submissionId} with: ${why}.`,
    );
  }
  return beginShadow(context, selection, '1 named');
}
