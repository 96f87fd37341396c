import type { TestStatus, Verdict } from '../judging/status.js';
import type { Origin, SearchAttributeName } from './grading-workflow.js';

/** Temporal workflow type of a grading that notifies nobody. */
export const shadowGradeType = 'shadowGrade';

export interface ShadowGradeInput {
  readonly submissionId: number;
  readonly origin: Extract<Origin, 'rejudge' | 'shadow'>;
  /** The custom search attributes the namespace has; setting another one fails. */
  readonly searchAttributes?: readonly SearchAttributeName[];
  /** Overrides the worker's GRADING_DEADLINE, ms. */
  readonly deadlineMs?: number;
}

/** What a grading would have recorded and notified, without the texts, so that it fits a caller's history. */
export interface ShadowGradeResult {
  readonly submissionId: number;
  /** System Error when there is nothing to grade; our own trouble fails the workflow instead. */
  readonly verdict: Verdict;
  /** 0–100, as the backend would compute it (contract §4). */
  readonly score: number;
  /** In ascending id; empty for Compile Error and System Error. */
  readonly tests: readonly ShadowTest[];
  /** The compiler's message, or why the submission cannot be graded. */
  readonly message: TextDigest | null;
  readonly about: ShadowAbout;
  /** The limits it was judged against; null when there was nothing to grade. */
  readonly limits: { readonly timeMs: number; readonly memoryKb: number } | null;
}

/** What a report shows about a submission. */
export interface ShadowAbout {
  readonly problemTitle: string;
  /** The language it is graded as. */
  readonly language: string;
  readonly gradingMode: string;
}

export interface ShadowTest {
  readonly id: number;
  readonly status: TestStatus;
  readonly timeMs: number;
  readonly memoryKb: number;
  readonly output: TextDigest | null;
}

/** Represents a text: two texts are equal when these are. */
export interface TextDigest {
  readonly sha256: string;
  /** UTF-8. */
  readonly bytes: number;
}

/** The query of `shadowGrade` for the whole result with its texts; it also answers after the end. */
export const gradedResultQueryName = 'gradedResult';
