import type { StoredResult } from '../domain/grading/stored-result.js';
import type { GradingResult } from '../domain/judging/submission.js';
import type { DeliverResultInput } from './deliver-result.js';
import type { OutputStore } from './dependencies.js';

/** What the activities of a rejudging need from outside. */
export interface RejudgeDependencies {
  readonly rejudgeStore: RejudgeStore;
  readonly shadowResults: ShadowResults;
  readonly outputs: OutputStore;
  /** Of the texts of a whole result. */
  readonly resultLimitBytes: number;
}

export interface RejudgeStore {
  /** By id; a submission that does not exist is left out. */
  loadStoredResults(submissionIds: readonly number[]): Promise<readonly StoredResult[]>;
  /** Compared and written in one transaction; see `ConditionalRecord` of platform/postgres. */
  recordIfUnchanged(
    submissionId: number,
    fingerprint: string,
    result: GradingResult,
  ): Promise<'recorded' | 'conflict' | 'not-found' | 'not-permitted'>;
}

/** The whole results of shadow gradings, kept by their workflows. */
export interface ShadowResults {
  /** Undefined when its workflow is not kept any more. Throws when the server or the workers do not answer. */
  read(workflowId: string): Promise<GradedResult | undefined>;
}

/** What the query `gradedResult` of a shadow grading answers. */
export interface GradedResult {
  readonly result: DeliverResultInput;
  /** Where outputs kept by reference can be read. */
  readonly hostQueue: string | null;
}
