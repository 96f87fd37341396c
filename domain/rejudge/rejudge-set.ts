import type { SearchAttributeName } from '../grading/grading-workflow.js';
import type { MatrixCell } from '../grading/verdict-matrix.js';
import type { PackedRow } from './rejudge-row-codec.js';

/** Temporal workflow types: a set, and the writing of one of its results. */
export const rejudgeType = 'rejudge';
export const applyShadowType = 'applyShadow';

/** Query, update and signal names of a set. */
export const rejudgeSummaryQueryName = 'summary';
export const rejudgeRowsQueryName = 'rows';
export const applyRejudgeUpdateName = 'apply';

/** The rows travel from run to run in the workflow's input: far below the server's 2 MiB for a payload. */
export const maxSubmissionsPerSet = 5000;
/** Below the usual retention of 7 days: afterwards the gradings could no longer be read. */
export const decideWithinMs = 6 * 24 * 3_600_000;

export function rejudgeWorkflowId(set: string): string {
  return `rejudge-${set}`;
}

/** @param repetition from 1; each has its own grading. */
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
  /** Fixed at creation, in ascending order; later submissions are not part of the set. */
  readonly submissionIds: readonly number[];
  /** Gradings per submission; more than one finds flaky verdicts. */
  readonly repeat: number;
  /** Concurrent gradings. */
  readonly parallel: number;
  /** The workflow continues as new after this many submissions, to bound its history. */
  readonly submissionsPerRun: number;
  readonly searchAttributes: readonly SearchAttributeName[];
  /** State of the previous run; absent in the first. */
  readonly state?: RejudgeState;
}

export type RejudgePhase = 'grading' | 'graded' | 'applying' | 'applied' | 'cancelled' | 'expired';

export interface RejudgeState {
  readonly phase: RejudgePhase;
  /** One per finished submission, ordered by id. */
  readonly rows: readonly PackedRow[];
  readonly appliedBy: string | null;
  /** Runs of the workflow so far, the current one included. */
  readonly runs: number;
  readonly gradedAtMs: number | null;
}

/** Answer of the query `summary`, and result of a finished set. */
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
  /** Submissions by outcome of `apply`; empty before. */
  readonly outcomes: Readonly<Record<string, number>>;
}

export interface ApplyRejudgeInput {
  readonly by: string;
}

export interface ApplyRejudgeAnswer {
  /** Submissions whose result `apply` will write. */
  readonly toApply: number;
}
