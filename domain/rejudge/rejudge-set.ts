import type { SearchAttributeName } from '../grading/grading-workflow.js';
import type { MatrixCell } from '../grading/verdict-matrix.js';
import type { PackedRow } from './rejudge-row-codec.js';

/** Temporal workflow types: a set, and the writing of one of its results. */
export const rejudgeType = 'rejudge';
export const applyShadowType = 'applyShadow';

/** Names by which clients speak to a set. */
export const rejudgeSummaryQueryName = 'summary';
export const rejudgeRowsQueryName = 'rows';
export const applyRejudgeUpdateName = 'apply';

/** The rows of a set live in the workflow and travel from run to run: far below the server's 2 MiB for a payload. */
export const maxSubmissionsPerSet = 5000;
/** Below a namespace's usual retention of 7 days: afterwards the gradings could not be read any more. */
export const decideWithinMs = 6 * 24 * 3_600_000;

export function rejudgeWorkflowId(set: string): string {
  return `rejudge-${set}`;
}

/** @param repetition from 1; each is a grading of its own. */
export function rejudgedWorkflowId(set: string, submissionId: number, repetition: number): string {
  return `rejudge-${set}-${submissionId}${repetition === 1 ? '' : `-r${repetition}`}`;
}

export function applyWorkflowId(set: string, submissionId: number): string {
  return `rejudge-${set}-${submissionId}-apply`;
}

export interface RejudgeInput {
  readonly set: string;
  /** Why, in the operator's words. */
  readonly reason: string;
  /** Which submissions, in words. */
  readonly selection: string;
  readonly requestedBy: string;
  /** Fixed when the set is made, in ascending order: what is handed in later is not part of it. */
  readonly submissionIds: readonly number[];
  /** Gradings of each submission; more than one hunts flaky verdicts. */
  readonly repeat: number;
  /** Gradings under way at a time. */
  readonly parallel: number;
  /** Submissions after which the workflow continues as new, which bounds its history. */
  readonly submissionsPerRun: number;
  readonly searchAttributes: readonly SearchAttributeName[];
  /** Where the run before left off; absent in the first. */
  readonly state?: RejudgeState;
}

export type RejudgePhase = 'grading' | 'graded' | 'applying' | 'applied' | 'cancelled' | 'expired';

export interface RejudgeState {
  readonly phase: RejudgePhase;
  /** One for each submission that is done, in the order of the ids. */
  readonly rows: readonly PackedRow[];
  readonly appliedBy: string | null;
  /** Runs of the workflow so far, the current one included. */
  readonly runs: number;
  readonly gradedAtMs: number | null;
}

/** What the query `summary` answers, and what a finished set returns. */
export interface RejudgeSummary {
  readonly set: string;
  readonly reason: string;
  readonly selection: string;
  readonly requestedBy: string;
  readonly appliedBy: string | null;
  readonly phase: RejudgePhase;
  readonly repeat: number;
  readonly submissions: number;
  readonly graded: number;
  readonly runs: number;
  readonly matrix: readonly MatrixCell[];
  /** Submissions by kind of difference. */
  readonly differences: Readonly<Record<string, number>>;
  /** Submissions by what applying came to; empty before. */
  readonly outcomes: Readonly<Record<string, number>>;
}

export interface ApplyRejudgeInput {
  readonly by: string;
}

export interface ApplyRejudgeAnswer {
  /** Submissions whose result is going to be written. */
  readonly toApply: number;
}
