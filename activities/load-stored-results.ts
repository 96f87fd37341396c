import type { StoredResult } from '../domain/grading/stored-result.js';
import type { RejudgeDependencies } from './rejudge-dependencies.js';

export interface LoadStoredResultsInput {
  readonly submissionIds: readonly number[];
}

/** What new gradings are compared with; submissions that were deleted are left out. */
export function loadStoredResults({ rejudgeStore }: RejudgeDependencies) {
  return ({ submissionIds }: LoadStoredResultsInput): Promise<readonly StoredResult[]> =>
    rejudgeStore.loadStoredResults(submissionIds);
}
