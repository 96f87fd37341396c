import { Context } from '@temporalio/activity';
import { ApplicationFailure, TemporalFailure } from '@temporalio/common';
import { errorText } from '../domain/errors/error-text.js';
import { FailureType } from '../domain/grading/failure-type.js';
import { StepError } from '../domain/grading/step-error.js';
import { cutToJsonBytes } from '../domain/judging/json-size.js';

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
  const failure = ApplicationFailure.create({
    type: known?.failureType ?? FailureType.Infrastructure,
    nonRetryable: known?.isRetryable === false,
    message: cut(errorText(error), messageBytes),
    details: [...(known?.failureDetails ?? [])],
    ...(known?.retryAfterMs !== undefined && { nextRetryDelay: retryDelayMs(known.retryAfterMs) }),
    ...(error instanceof Error && { cause: inBrief(error) }),
  });
  failure.stack = frames(failure);
  return failure;
}

/** The longest pause between attempts: a service that asks for a day would make the verdict a day late. */
const maxDelayMs = 5 * 60_000;
/** A service that asks for a short pause still gets this backoff: a thousand gradings may be waiting. */
const backoffUpToMs = 30_000;
/** Attempts with the same answer must not all come back at once. */
const spread = 0.2;

/** The pause that a service asked for, within bounds. */
function retryDelayMs(askedMs: number): number {
  const { attempt } = Context.current().info;
  const ownMs = Math.min(backoffUpToMs, 1000 * 2 ** Math.min(attempt - 1, 10));
  const delayMs = Math.max(ownMs, askedMs);
  return Math.min(maxDelayMs, Math.round(delayMs * (1 + Math.random() * spread)));
}

/** What an attempt that was told to stop ends with, or undefined when it was not. */
async function cancellation(): Promise<unknown> {
  const context = Context.current();
  if (!context.cancellationSignal.aborted) return undefined;
  if (context.cancellationDetails?.workerShutdown === true) {
    // A container dies with its worker, so waiting for the same host is useless.
    return ApplicationFailure.create({
      type: FailureType.LeaseLost,
      nonRetryable: isOfLease(context.info),
      message: 'The worker that held this step is shutting down.',
    });
  }
  return context.cancelled.catch((reason: unknown) => reason);
}

function isOfLease({ activityType, isLocal, heartbeatTimeoutMs }: Context['info']): boolean {
  if (!isLocal && heartbeatTimeoutMs === undefined) return false;
  return activityType === 'compile' || activityType === 'runTest';
}

/**
 * Of a failure with more than 4 KiB the server keeps nothing but that it was too large, and nobody sees why a step is
 * tried again. The parts below stay within that together.
 */
const messageBytes = 1_600;
const framesBytes = 600;
const causeBytes = 250;
const maxNameLength = 50;

/**
 * The same error with less to say: where it was thrown, and one cause. Its name is its own, not its class's: that of a
 * DOMException, such as every time-out, cannot be read of anything that only inherits from it, and an error that the SDK
 * cannot read ends the whole worker.
 */
function inBrief(error: Error, depth = 0): Error {
  const { cause } = error;
  const isWanted = depth === 0 && cause instanceof Error;
  const brief = new Error(cut(error.message, causeBytes), isWanted ? { cause: inBrief(cause, 1) } : {});
  Object.setPrototypeOf(brief, Object.getPrototypeOf(error));
  Object.assign(brief, error);
  Object.defineProperty(brief, 'name', { value: cut(error.name, maxNameLength), configurable: true });
  brief.stack = depth === 0 ? frames(error) : '';
  return brief;
}

/** Without the message, with which a stack begins. */
function frames({ stack = '' }: Error): string {
  const lines = stack.split('\n').filter((line) => /^\s+at /.test(line));
  return cut(lines.join('\n'), framesBytes);
}

function cut(text: string, bytes: number): string {
  if (text.length <= bytes && Buffer.byteLength(text) <= bytes) return text;
  return `${cutToJsonBytes(text, bytes - 3)}…`;
}
