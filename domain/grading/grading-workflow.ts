import type { Verdict } from '../judging/status.js';
import type { PreviousRun } from './previous-run.js';

/** Who asked for a grading; shown in the web UI. */
export type Origin = 'bridge' | 'router' | 'replay' | 'rejudge' | 'shadow' | 'cli';

/** Temporal workflow type of one grading. */
export const gradeSubmissionType = 'gradeSubmission';

/** One running grading per submission: the id is what deduplicates redelivered messages. */
export function gradeWorkflowId(submissionId: number): string {
  return `grade-${submissionId}`;
}

/** Task queues (architecture: one worker process polls all three). */
export const gradingQueue = 'grading';
export const sandboxQueue = 'grading-sandbox';
export function hostQueue(hostId: string): string {
  return `grading-host-${hostId}`;
}

export interface GradeSubmissionInput {
  readonly submissionId: number;
  readonly origin: Origin;
  /** The custom search attributes the namespace has: setting another one fails. All when not given. */
  readonly searchAttributes?: readonly SearchAttributeName[];
  /** Overrides the worker's GRADING_DEADLINE, ms. */
  readonly deadlineMs?: number;
  /** The run this one replays, with what of its work may still hold. */
  readonly earlier?: PreviousRun;
}

/** What a completed grading workflow returns. A verdict of any kind is a completed workflow. */
export interface GradeSubmissionResult {
  readonly submissionId: number;
  readonly verdict: Verdict;
  /** 0–100, as the backend computes it (contract §4). */
  readonly score: number;
  readonly testsAccepted: number;
  readonly testsTotal: number;
}

/** Custom search attributes and their visibility types: plain data, so that workflows and clients share them. */
export const searchAttributeTypes = {
  SubmissionId: 'KEYWORD',
  ProblemId: 'KEYWORD',
  ClassId: 'KEYWORD',
  Language: 'KEYWORD',
  GradingMode: 'KEYWORD',
  Verdict: 'KEYWORD',
  Origin: 'KEYWORD',
  FailedStep: 'KEYWORD',
  Parity: 'KEYWORD',
  Score: 'INT',
} as const;
export type SearchAttributeName = keyof typeof searchAttributeTypes;
