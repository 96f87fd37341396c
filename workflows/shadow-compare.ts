import { isCancellation, upsertMemo } from '@temporalio/workflow';
import { FailureType } from '../domain/grading/failure-type.js';
import type { ShadowGradeInput, ShadowGradeResult } from '../domain/grading/shadow-grading.js';
import type { StoredResult } from '../domain/grading/stored-result.js';
import { isGraded } from '../domain/grading/stored-result.js';
import type { ShadowRecord } from '../domain/parity/shadow-record.js';
import { rawParity, shadowRecord } from '../domain/parity/shadow-record.js';
import { shadowRecordMemo } from '../domain/parity/shadow-set.js';
import { loading, rejudgeActivities } from './activity-options.js';
import { describeFailure, failure } from './failures.js';
import { upsertSearchAttributes } from './search-attributes.js';
import { shadowGrade } from './shadow-grade.js';

/**
 * Grades one submission as `shadowGrade` does, which records nothing and notifies nobody, beside the result that the
 * legacy worker has stored. What came of it is kept in the memo of this run, so that a report reads thousands of them
 * from lists alone, without a worker; it is gone when the namespace's retention ends.
 */
export async function shadowCompare(input: ShadowGradeInput): Promise<ShadowRecord> {
  const { submissionId } = input;
  const [stored] = await rejudgeActivities(loading, 'stored', 'the stored result').loadStoredResults({
    submissionIds: [submissionId],
  });
  if (stored === undefined) {
    throw failure({
      type: FailureType.SubmissionNotFound,
      message: `Submission ${submissionId} was deleted.`,
    });
  }
  let graded: ShadowGradeResult;
  try {
    graded = await shadowGrade(input);
  } catch (error) {
    if (!isCancellation(error)) keep(input, stored, { failure: describeFailure(error) });
    throw error;
  }
  return keep(input, stored, graded);
}

function keep(
  { searchAttributes = [] }: ShadowGradeInput,
  stored: StoredResult,
  graded: ShadowGradeResult | { readonly failure: string },
): ShadowRecord {
  const record = shadowRecord(stored, graded);
  upsertMemo({ [shadowRecordMemo]: record });
  const Parity = isGraded(stored.status) ? rawParity(record) : 'theirs missing';
  upsertSearchAttributes(searchAttributes, { Parity });
  return record;
}
