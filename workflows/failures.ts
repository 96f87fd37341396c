import type { ApplicationFailureOptions } from '@temporalio/common';
import {
  ActivityFailure,
  ApplicationFailure,
  ChildWorkflowFailure,
  TimeoutFailure,
} from '@temporalio/workflow';
import { errorText } from '../domain/errors/error-text.js';
import { FailureType } from '../domain/grading/failure-type.js';
import type { SearchAttributeName } from '../domain/grading/grading-workflow.js';
import { searchAttributeTypes } from '../domain/grading/grading-workflow.js';

/** What a failed step on a host means for the grading. */
export type HostFailure =
  | 'host-lost'
  | 'plan-changed'
  | 'submission-gone'
  | 'ungradable'
  | 'database-away'
  | 'step-failed';

const byType: ReadonlyMap<string, HostFailure> = new Map([
  [FailureType.LeaseLost, 'host-lost'],
  [FailureType.TestCaseNotFound, 'plan-changed'],
  [FailureType.SubmissionNotFound, 'submission-gone'],
  [FailureType.Ungradable, 'ungradable'],
  [FailureType.DatabaseUnreachable, 'database-away'],
]);

export function hostFailure(error: unknown): HostFailure {
  if (isHostTimeout(error)) return 'host-lost';
  return byType.get(failureType(error) ?? '') ?? 'step-failed';
}

/** Nobody serves the host's queue, or its worker fell silent. */
export function isHostTimeout(error: unknown): boolean {
  const cause = rootFailure(error);
  if (!(cause instanceof TimeoutFailure)) return false;
  return cause.timeoutType === 'HEARTBEAT' || cause.timeoutType === 'SCHEDULE_TO_START';
}

/** @returns the `type` of the failure an activity ended with, or undefined where it has none. */
export function failureType(error: unknown): string | undefined {
  const cause = rootFailure(error);
  return cause instanceof ApplicationFailure ? (cause.type ?? undefined) : undefined;
}

/** @returns the test cases whose stored output is gone, or undefined when that is not what failed. */
export function missingOutputs(error: unknown): readonly (number | null)[] | undefined {
  const cause = rootFailure(error);
  if (!(cause instanceof ApplicationFailure) || cause.type !== FailureType.OutputMissing) return undefined;
  return detail(cause, 'testCaseIds').filter((id) => id === null || typeof id === 'number');
}

/** A submission that could not be loaded still says which search attributes there are. */
export function reportedSearchAttributes(error: unknown): readonly SearchAttributeName[] {
  const cause = rootFailure(error);
  if (!(cause instanceof ApplicationFailure)) return [];
  return detail(cause, 'searchAttributes').filter(
    (name): name is SearchAttributeName =>
      typeof name === 'string' && Object.hasOwn(searchAttributeTypes, name),
  );
}

/**
 * A failure of ours that tells step and cause. Without its frames: the bundle has no source map, so they would all be
 * (null:null:null), and the web UI would show them below the message.
 */
export function failure(options: ApplicationFailureOptions): ApplicationFailure {
  const made = ApplicationFailure.create({ nonRetryable: true, ...options });
  made.stack = '';
  return made;
}

export function describeFailure(error: unknown): string {
  const cause = rootFailure(error);
  return errorText(cause);
}

/** The failure of an activity or of a child workflow wraps the reason it failed for; that of a local activity does not. */
export function rootFailure(error: unknown): unknown {
  if (error instanceof ChildWorkflowFailure) return rootFailure(error.cause ?? error.message);
  return error instanceof ActivityFailure ? (error.cause ?? error) : error;
}

function detail(failure: ApplicationFailure, key: string): unknown[] {
  const details: unknown = failure.details?.[0];
  if (typeof details !== 'object' || details === null) return [];
  const value: unknown = Object.entries(details).find(([name]) => name === key)?.[1];
  return Array.isArray(value) ? value : [];
}
