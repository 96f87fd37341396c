import { Context } from '@temporalio/activity';
import { ApplicationFailure, TemporalFailure } from '@temporalio/common';
import { errorText } from '../domain/errors/error-text.js';
import { FailureType } from '../domain/grading/failure-type.js';
import { StepError } from '../domain/grading/step-error.js';

/**
 * The one place where errors become failures the workflow can decide by. A StepError says itself what it is: the
 * caller's faults are not retried, a lost lease sends the workflow to another host. Everything else is ours and worth
 * a retry.
 */
export function translatingFailures<Input, Output>(
  activity: (input: Input) => Promise<Output>,
): (input: Input) => Promise<Output> {
  return async (input) => {
    try {
      return await activity(input);
    } catch (error) {
      throw await toFailure(error);
    }
  };
}

async function toFailure(error: unknown): Promise<unknown> {
  if (error instanceof TemporalFailure) return error;
  const cancelled = await cancellation();
  if (cancelled !== undefined) return cancelled;
  const known = error instanceof StepError ? error : undefined;
  return ApplicationFailure.create({
    type: known?.failureType ?? FailureType.Infrastructure,
    nonRetryable: known?.isRetryable === false,
    message: describe(error),
    details: [...(known?.failureDetails ?? [])],
    ...(known?.retryAfterMs !== undefined && { nextRetryDelay: retryDelayMs(known.retryAfterMs) }),
    ...(error instanceof Error && { cause: error }),
  });
}

/** As long as the longest pause between attempts: who asks for a day would make the verdict a day late. */
const longestDelayMs = 5 * 60_000;
/** Whoever asks for less does not get more attempts than this; a thousand gradings may be waiting. */
const backoffUpToMs = 30_000;
/** Those that were told the same do not all come back at once. */
const spread = 0.2;

/** The pause that a service asked for, within bounds. */
function retryDelayMs(askedMs: number): number {
  const { attempt } = Context.current().info;
  const ownMs = Math.min(backoffUpToMs, 1000 * 2 ** Math.min(attempt - 1, 10));
  const delayMs = Math.max(ownMs, askedMs);
  return Math.min(longestDelayMs, Math.round(delayMs * (1 + Math.random() * spread)));
}

/** What an attempt that was told to stop ends with, or undefined when it was not. */
async function cancellation(): Promise<unknown> {
  const context = Context.current();
  if (!context.cancellationSignal.aborted) return undefined;
  if (context.cancellationDetails?.workerShutdown === true) {
    // A container dies with its worker, so waiting for the same host is in vain.
    return ApplicationFailure.create({
      type: FailureType.LeaseLost,
      nonRetryable:
        context.info.heartbeatTimeoutMs !== undefined && isHostActivity(context.info.activityType),
      message: 'The worker that held this step is shutting down.',
    });
  }
  return context.cancelled.catch((reason: unknown) => reason);
}

function isHostActivity(activityType: string): boolean {
  return activityType === 'compile' || activityType === 'runTest';
}

/** Longer failures are cut by the server anyway. */
const messageLimit = 2000;

function describe(error: unknown): string {
  return errorText(error).slice(0, messageLimit);
}
