import type { TestStatus } from './status.js';

/** One judged test, small enough for a workflow history. */
export interface TestReport {
  readonly testCaseId: number;
  readonly status: TestStatus;
  readonly executionTimeMs: number;
  readonly memoryUsedKb: number;
  readonly output: InlineOrStoredText | null;
  readonly errorMessage: InlineOrStoredText | null;
}

/** Text on its way through a workflow: inline while short, else a reference to the output store. */
export type InlineOrStoredText = string | OutputReference;

export interface OutputReference {
  readonly sha256: string;
  readonly bytes: number;
  /** The beginning, shown when the whole is gone. */
  readonly preview: string;
}
