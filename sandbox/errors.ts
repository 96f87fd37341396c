import { FailureType } from '../domain/grading/failure-type.js';
import { OurFault } from '../domain/grading/step-error.js';

/**
 * The sandbox's own failures; a submission's misbehaviour is an ExecutionOutcome, never one of these.
 * All are retryable: on another lease (`LEASE_LOST`), or once Docker works (`SANDBOX_UNAVAILABLE`).
 */
export type SandboxErrorCode =
  | 'LEASE_LOST'
  | 'SANDBOX_UNAVAILABLE'
  | 'RUNNER_FAILED'
  | 'RUNNER_REFUSED'
  | 'HOST_STARVED';

export class SandboxError extends OurFault {
  readonly code: SandboxErrorCode;

  constructor(code: SandboxErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'SandboxError';
    this.code = code;
  }
}

/** The lease is unknown, expired, released, or its container is gone: what it held must be made again on a new one. */
export class LeaseLostError extends SandboxError {
  override readonly failureType = FailureType.LeaseLost;
  override readonly isRetryable = false;

  constructor(message: string, options?: ErrorOptions) {
    super('LEASE_LOST', message, options);
    this.name = 'LeaseLostError';
  }
}

/** No container can be made now: Docker is down, the image is missing, or it cannot hold the runner. */
export class SandboxUnavailableError extends SandboxError {
  constructor(cause: string, options?: ErrorOptions) {
    super('SANDBOX_UNAVAILABLE', `Failed to get container from pool: ${cause}`, options);
    this.name = 'SandboxUnavailableError';
  }
}

/** The runner's stream ended, timed out, or carried nonsense: its container cannot be trusted any more. */
export class RunnerFailedError extends SandboxError {
  constructor(message: string, options?: ErrorOptions) {
    super('RUNNER_FAILED', message, options);
    this.name = 'RunnerFailedError';
  }
}

/** The runner answered a request with an error; the container itself goes on. */
export class RunnerRefusedError extends SandboxError {
  constructor(message: string, options?: ErrorOptions) {
    super('RUNNER_REFUSED', message, options);
    this.name = 'RunnerRefusedError';
  }
}

/** The host gave a command no core for too long: its verdict would be the host's: the command is run again. */
export class HostStarvedError extends SandboxError {
  constructor(wallMs: number, judgedMs: number) {
    super(
      'HOST_STARVED',
      `the host is overloaded: of ${Math.round(wallMs / 1000)} s, a program had a core or slept for ` +
        `${Math.round(judgedMs)} ms. It is run again; look at what else runs there (uptime, top), or lower RUN_CONCURRENCY.`,
    );
    this.name = 'HostStarvedError';
  }
}
