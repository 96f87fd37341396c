import type { Verdict } from '../judging/status.js';
import type { PreviousRun } from './previous-run.js';

/** Who asked for a grading; shown in the web UI. */
export const origins = ['bridge', 'router', 'replay', 'rejudge', 'shadow', 'cli'] as const;
export type Origin = (typeof origins)[number];

/** Temporal workflow type of one grading. */
export const gradeSubmissionType = 'gradeSubmission';

/** At most one grading per submission runs: this id deduplicates redelivered messages. */
export function gradeWorkflowId(submissionId: number): string {
  return `grade-${submissionId}`;
}

/** Signal to a running grading: the submission is to be graded as it stands now. */
export const regradeSignalName = 'regrade';

/** @returns undefined for another workflow's id. */
export function submissionIdOf(workflowId: string): number | undefined {
  const digits = /^grade-(\d+)$/.exec(workflowId)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

/** Task queues; each worker process polls them and its own host queue. */
export const gradingQueue = 'grading';
export const sandboxQueue = 'grading-sandbox';
export function hostQueue(hostId: string): string {
  return `grading-host-${hostId}`;
}

export interface GradeSubmissionInput {
  readonly submissionId: number;
  readonly origin: Origin;
  /** Of gradings that older releases started: the custom search attributes the namespace has. */
  readonly searchAttributes?: readonly SearchAttributeName[];
  /** Overrides the worker's GRADING_DEADLINE, ms. */
  readonly deadlineMs?: number;
  /** The run that this one replays, and what of its work may still hold. */
  readonly earlier?: PreviousRun;
}

/** What a completed grading workflow returns. Every verdict completes the workflow. */
export interface GradeSubmissionResult {
  readonly submissionId: number;
  readonly verdict: Verdict;
  /** 0–100, as the backend computes it (contract §4). */
  readonly score: number;
  readonly testsAccepted: number;
  readonly testsTotal: number;
  /** The table of the tests, one a line, so that the web UI shows it without a worker. */
  readonly tests: readonly string[];
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
