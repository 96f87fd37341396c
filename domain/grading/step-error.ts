import { FailureType } from './failure-type.js';

/**
 * An error that says itself what becomes of the activity it ends: the translator of the activities reads these fields
 * and no name. A submission's misbehaviour is never one, but a result.
 */
export abstract class StepError extends Error {
  /** What the workflow decides by. */
  abstract readonly failureType: FailureType;
  /** Another attempt of the same activity may do better. */
  abstract readonly isRetryable: boolean;

  /** Not to be tried again before; undefined: as the activity's own backoff has it. */
  readonly retryAfterMs: number | undefined;

  /** Told to the workflow with it. */
  get failureDetails(): readonly unknown[] {
    return [];
  }
}

/** The caller's: what was asked for is not there or does not fit. Never retried; the message says what to change. */
export abstract class CallersFault extends StepError {
  override readonly isRetryable = false;
}

/** Ours, or that of a service of ours: retried, unless a class says that there is another way than to try again. */
export abstract class OurFault extends StepError {
  override readonly failureType: FailureType = FailureType.Infrastructure;
  override readonly isRetryable: boolean = true;
}

/** No connection to the database can be had: the server is down, or address, user, password or database are wrong. */
export class DatabaseUnreachableError extends OurFault {
  override readonly name = 'DatabaseUnreachableError';
  override readonly failureType = FailureType.DatabaseUnreachable;
}
