import type { ParityRow } from '../../domain/parity/parity-report.js';
import { differenceKey } from '../../domain/parity/parity-report.js';
import { readParity } from '../../platform/parity.js';
import { explain } from '../../platform/temporal/shadow-records.js';
import { UsageError } from '../../platform/terminal/usage-error.js';
import type { CommandContext } from '../context.js';

type ParityContext = Pick<CommandContext, 'temporal' | 'settings'>;

export interface Explaining {
  readonly submissionId: number;
  readonly note: string;
  readonly by: string;
}

/** Marks a difference as explained: it is no mismatch any more. @throws UsageError where nothing is to be explained. */
export async function explainDifference(
  context: ParityContext,
  { submissionId, note, by }: Explaining,
): Promise<ParityRow> {
  if (note.trim() === '') throw new UsageError('--note is empty: say why the two differ.');
  const row = await differingRow(context, submissionId);
  await explain(context.temporal, {
    submissionId,
    difference: differenceKey(row.record, row),
    note: note.trim().slice(0, 500),
    by,
    at: new Date().toISOString(),
  });
  return row;
}

/** @throws UsageError where the submission was not shadowed, or does not differ. */
export async function differingRow(
  { temporal, settings }: ParityContext,
  submissionId: number,
): Promise<ParityRow> {
  const { rows } = await readParity(temporal, settings, new Date(0));
  const row = rows.find(({ record }) => record.submissionId === submissionId);
  if (row === undefined) {
    throw new UsageError(
      `Submission ${submissionId} was not shadowed, or too long ago and is not kept. Shadow it: grader shadow --ids ${submissionId}`,
    );
  }
  if (row.class === 'equal' || row.class === 'within-tolerance') {
    throw new UsageError(`Submission ${submissionId} does not differ: there is nothing to explain.`);
  }
  return row;
}
