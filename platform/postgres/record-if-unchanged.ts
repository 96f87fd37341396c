import type { GradingResult } from '../../domain/judging/submission.js';
import type { Database } from './database.js';
import type { RecordMode } from './record-result.js';
import { lockSubmission, writeResult, writing } from './record-result.js';
import type { OptionalColumns } from './schema-columns.js';
import { readFingerprint } from './stored-results.js';

/** `not-permitted`: the role may not write, the stored result is the expected one, and the backend should write. */
export type ConditionalRecord = 'recorded' | 'conflict' | 'not-found' | 'not-permitted';

/**
 * Replaces a result only if it still has this fingerprint: compares and writes in one transaction that holds the
 * submission's lock. Repeating it is harmless, because the same result is stored already.
 * @param result as the database can hold it.
 */
export async function recordIfUnchanged(
  database: Database,
  submissionId: number,
  expected: string,
  result: GradingResult,
  { mode, columns }: { readonly mode: RecordMode; readonly columns: OptionalColumns },
): Promise<ConditionalRecord> {
  if (mode === 'never') return compareOnly(database, submissionId, expected);
  const outcome = await writing(database, mode, submissionId, result, () =>
    write(database, submissionId, expected, result, columns),
  );
  return outcome === 'not-permitted' ? compareOnly(database, submissionId, expected) : outcome;
}

async function write(
  database: Database,
  submissionId: number,
  expected: string,
  result: GradingResult,
  columns: OptionalColumns,
): Promise<ConditionalRecord> {
  try {
    return await database.transaction(async (query) => {
      const locked = await lockSubmission(query, submissionId);
      if (locked === undefined) return 'not-found';
      const before = await readFingerprint(query, submissionId);
      await writeResult(query, { submissionId, ...locked }, result, columns);
      if (before === expected || before === (await readFingerprint(query, submissionId))) return 'recorded';
      throw new ResultChanged();
    });
  } catch (error) {
    if (error instanceof ResultChanged) return 'conflict';
    throw error;
  }
}

/** Aborts the transaction, which undoes its writes. */
class ResultChanged extends Error {
  override readonly name = 'ResultChanged';
}

/** If only the backend writes, nothing can lock it out between this check and its answer. */
async function compareOnly(
  database: Database,
  submissionId: number,
  expected: string,
): Promise<ConditionalRecord> {
  const stored = await readFingerprint((statement) => database.query(statement), submissionId);
  if (stored === '') return 'not-found';
  return stored === expected ? 'not-permitted' : 'conflict';
}
