import type { SearchAttributeName } from '../grading/grading-workflow.js';
import type { Share } from '../grading/share.js';

/** Temporal workflow types: many submissions, one of them, and a note on a difference. */
export const shadowSetType = 'shadowSet';
export const shadowCompareType = 'shadowCompare';
export const parityNoteType = 'parityNote';

/** One at a time for each submission. */
export function shadowWorkflowId(submissionId: number): string {
  return `shadow-${submissionId}`;
}

export function parityNoteWorkflowId(submissionId: number): string {
  return `parity-note-${submissionId}`;
}

/** Names of the memos by which lists carry the facts. */
export const shadowRecordMemo = 'parity';
export const parityNoteMemo = 'explanation';

export interface ShadowCandidate {
  readonly submissionId: number;
  readonly classId: number;
}

export interface ShadowSetInput {
  /** What is graded: a list, or what a sweep finds when it begins. */
  readonly pick:
    | { readonly kind: 'list'; readonly submissions: readonly ShadowCandidate[] }
    | { readonly kind: 'sweep'; readonly sweep: ShadowSweep };
  /** In words, for the web UI. */
  readonly selection: string;
  /** Gradings under way at a time. */
  readonly parallel: number;
  readonly searchAttributes: readonly SearchAttributeName[];
  /** Of the runs before. */
  readonly counts?: ShadowSetSummary;
}

/** What the continuous shadow looks for. */
export interface ShadowSweep {
  readonly share: Share;
  readonly salt: string;
  /** Handed in since so long ago. */
  readonly lookBackMs: number;
  readonly atMost: number;
}

/** What a finished set returns. */
export interface ShadowSetSummary {
  readonly compared: number;
  /** Our grading gave no verdict. */
  readonly failed: number;
  /** Being shadowed at that moment already. */
  readonly skipped: number;
}

/** Submissions after which the workflow continues as new, which bounds its history. */
export const submissionsPerShadowRun = 100;
