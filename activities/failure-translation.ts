import { Context } from '@temporalio/activity';
import { ApplicationFailure, TemporalFailure } from '@temporalio/common';
import { FailureType } from '../domain/grading/failure-type.js';
import { FaultyTestError, OutputMissingError, SubmissionNotFoundError } from './errors.js';

/**
 * The one place where errors become failures the workflow can decide by: the caller's faults are not
 * retried, a lost lease sends the workflow to another host, everything else is ours and worth a retry.
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
  const { name, message } = described(error);
  const cause = error instanceof Error ? error : undefined;
  const failure = (type: FailureType, nonRetryable: boolean, ...details: unknown[]) =>
    ApplicationFailure.create({
      type,
      nonRetryable,
      message,
      details,
      ...(cause === undefined ? {} : { cause }),
    });
  if (error instanceof SubmissionNotFoundError) {
    return failure(FailureType.SubmissionNotFound, true, { searchAttributes: error.searchAttributes });
  }
  if (error instanceof OutputMissingError) {
    return failure(FailureType.OutputMissing, true, { testCaseIds: error.testCaseIds });
  }
  if (error instanceof FaultyTestError) return failure(FailureType.Ungradable, true);
  // By name: the classes belong to zones this one knows only by their interfaces.
  switch (name) {
    case 'TestCaseNotFoundError':
      return failure(FailureType.TestCaseNotFound, true);
    case 'LeaseLostError':
      return failure(FailureType.LeaseLost, true);
    case 'StepDeadlineExceededError':
      return failure(FailureType.DeadlineExceeded, true);
    case 'ResultRefusedError':
      return failure(FailureType.ResultRefused, true);
    case 'BackendError':
      return failure(FailureType.BackendRejected, false);
    default:
      return failure(FailureType.Infrastructure, false);
  }
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

function described(error: unknown): { name: string; message: string } {
  if (!(error instanceof Error)) return { name: '', message: String(error).slice(0, messageLimit) };
  return { name: error.name, message: (error.message || error.name).slice(0, messageLimit) };
}
