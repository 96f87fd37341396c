import type { TestStatus, Verdict } from '../judging/status.js';
import type { Origin, SearchAttributeName } from './grading-workflow.js';

/** Temporal workflow type of a grading that nobody is told of. */
export const shadowGradeType = 'shadowGrade';

export interface ShadowGradeInput {
  readonly submissionId: number;
  readonly origin: Extract<Origin, 'rejudge' | 'shadow'>;
  /** The custom search attributes the namespace has: setting another one fails. */
  readonly searchAttributes?: readonly SearchAttributeName[];
  /** Overrides the worker's GRADING_DEADLINE, ms. */
  readonly deadlineMs?: number;
}

/** What a grading would have recorded and notified, without the texts: small enough for a caller's history. */
export interface ShadowGradeResult {
  readonly submissionId: number;
  /** System Error where the platform has nothing to grade; trouble of our own fails the workflow instead. */
  readonly verdict: Verdict;
  /** 0–100, as the backend would compute it (contract §4). */
  readonly score: number;
  /** In ascending id; empty for Compile Error and System Error. */
  readonly tests: readonly ShadowTest[];
  /** The compiler's message or why the submission cannot be graded. */
  readonly message: TextDigest | null;
  readonly about: ShadowAbout;
  /** What it was held against; null where there was nothing to grade. */
  readonly limits: { readonly timeMs: number; readonly memoryKb: number } | null;
}

/** What a report shows of a submission. */
export interface ShadowAbout {
  readonly problemTitle: string;
  /** As it is graded here. */
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

/** Stands for a text: two are equal where these are. */
export interface TextDigest {
  readonly sha256: string;
  /** UTF-8. */
  readonly bytes: number;
}

/** The query of `shadowGrade` for the whole result with its texts; answered after the end too. */
export const gradedResultQueryName = 'gradedResult';
