import type { SearchAttributeName } from '../grading/grading-workflow.js';
import type { Share } from '../grading/share.js';

/** Temporal workflow types: many submissions, one of them, and a note on a difference. */
export const shadowSetType = 'shadowSet';
export const shadowCompareType = 'shadowCompare';
export const parityNoteType = 'parityNote';

/** At most one at a time per submission. */
export function shadowWorkflowId(submissionId: number): string {
  return `shadow-${submissionId}`;
}

export function parityNoteWorkflowId(submissionId: number): string {
  return `parity-note-${submissionId}`;
}

/** Memo names under which lists carry the facts. */
export const shadowRecordMemo = 'parity';
export const parityNoteMemo = 'explanation';

export interface ShadowCandidate {
  readonly submissionId: number;
  readonly classId: number;
}

export interface ShadowSetInput {
  /** What to grade: a list, or what a sweep finds at its start. */
  readonly pick:
    | { readonly kind: 'list'; readonly submissions: readonly ShadowCandidate[] }
    | { readonly kind: 'sweep'; readonly sweep: ShadowSweep };
  /** In words, for the web UI. */
  readonly selection: string;
  /** Concurrent gradings. */
  readonly parallel: number;
  readonly searchAttributes: readonly SearchAttributeName[];
  /** Totals of the earlier runs. */
  readonly counts?: ShadowSetSummary;
}

/** What the continuous shadow looks for. */
export interface ShadowSweep {
  readonly share: Share;
  readonly salt: string;
  /** Handed in within this time. */
  readonly lookBackMs: number;
  readonly atMost: number;
}

/** What a finished set returns. */
export interface ShadowSetSummary {
  readonly compared: number;
  /** Our grading gave no verdict. */
  readonly failed: number;
  /** Already being shadowed at that moment. */
  readonly skipped: number;
}

/** The workflow continues as new after this many submissions, to bound its history. */
export const submissionsPerShadowRun = 100;
