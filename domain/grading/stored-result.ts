import { Status } from '../judging/status.js';

/** What the platform has stored of a submission, without texts. */
export interface StoredResult {
  readonly submissionId: number;
  readonly classId: number;
  /** As stored: a status this engine does not know is possible. */
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

/** Without a verdict there is nothing to compare with, and the grading under way would win anyway. */
export function isGraded(status: string): boolean {
  return status !== Status.Pending && status !== Status.Running;
}
