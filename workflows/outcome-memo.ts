import { patched, upsertMemo, workflowInfo } from '@temporalio/workflow';
import type { ShownTest } from '../domain/grading/test-lines.js';
import { testLines } from '../domain/grading/test-lines.js';
import { cutToJsonBytes } from '../domain/judging/json-size.js';
import type { LocalSteps } from './local-steps.js';

/** What a grading has come to, in words. */
const outcomeKey = 'Outcome';
/** The tests, one a line. */
const testsKey = 'Tests';

/** Every list of gradings carries their memos: a page of 1000 must stay far below what one answer may hold. */
const rowsKept = 15;
const outcomeBytes = 600;

/**
 * Keeps the outcome where the web UI shows it without a worker: the live details are answered by one. Memos of one
 * moment are one event.
 */
export function keepOutcome(outcome: string, tests: readonly ShownTest[], { areTaken }: LocalSteps): void {
  // Whoever takes local steps keeps it; a marker less.
  if (!areTaken && !patched('outcome-in-memo')) return;
  upsertMemo({
    [outcomeKey]: cutToJsonBytes(outcome, outcomeBytes),
    ...(tests.length === 0 ? {} : { [testsKey]: testLines(tests, rowsKept) }),
  });
}

/** What the next run of this grading takes over: where it comes from, not what the last run came to. */
export function memoOfOrigin(): Record<string, unknown> {
  const { [outcomeKey]: _outcome, [testsKey]: _tests, ...origin } = workflowInfo().memo ?? {};
  return origin;
}
