import { Status } from '../judging/status.js';

/** What the platform has stored for a submission, without texts. */
export interface StoredResult {
  readonly submissionId: number;
  readonly classId: number;
  /** As stored; it may be a status this engine does not know. */
  readonly status: string;
  readonly score: number;
  readonly tests: readonly StoredTest[];
  /** Changes whenever the stored result does. */
  readonly fingerprint: string;
}

export interface StoredTest {
  readonly id: number | null;
  readonly status: string;
  readonly timeMs: number | null;
  readonly memoryKb: number | null;
}

/** A submission as the platform lists it. */
export interface StoredSubmission {
  readonly submissionId: number;
  readonly classId: number;
  readonly status: string;
}

/** Without a verdict there is nothing to compare, and the running grading would win anyway. */
export function isGraded(status: string): boolean {
  return status !== Status.Pending && status !== Status.Running;
}
