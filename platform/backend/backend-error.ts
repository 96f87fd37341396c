import { FailureType } from '../../domain/grading/failure-type.js';
import { OurFault } from '../../domain/grading/step-error.js';

/**
 * Why the backend did not take a result. All are worth a retry, since the result must not be lost; they are told
 * apart so that the web UI shows which it is.
 * `BackendUnreachable`: no answer, or none that came to its end. `BackendUnavailable`: 5xx, 429, 408.
 * `BackendRejectedResult`: 400, 413, 422, it cannot store this result. `BackendWrongAddress`: another answer; something
 * else listens there or the path is wrong.
 */
export type BackendErrorType =
  | 'BackendUnreachable'
  | 'BackendUnavailable'
  | 'BackendRejectedResult'
  | 'BackendWrongAddress';

export class BackendError extends OurFault {
  override readonly name = 'BackendError';
  override readonly failureType = FailureType.BackendRejected;
  readonly type: BackendErrorType;
  /** Undefined when there was no answer. */
  readonly status: number | undefined;
  /** The answer asked to be left alone for so long. */
  override readonly retryAfterMs: number | undefined;

  constructor(
    type: BackendErrorType,
    message: string,
    status?: number,
    { retryAfterMs, ...options }: ErrorOptions & { readonly retryAfterMs?: number | undefined } = {},
  ) {
    super(message, options);
    this.type = type;
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }
}
