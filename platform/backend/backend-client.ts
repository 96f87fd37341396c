import type { AttemptFence } from '../../activities/attempt-fence.js';
import type { BackendClient } from '../../activities/dependencies.js';
import { errorText } from '../../domain/errors/error-text.js';
import { FailureType } from '../../domain/grading/failure-type.js';
import { OurFault } from '../../domain/grading/step-error.js';
import type { GradingResult, TestCaseResult } from '../../domain/judging/submission.js';
import type { Secret } from '../settings/secret.js';
import type { HttpAnswer } from './http-post.js';
import { httpPost } from './http-post.js';
import { replaceUnstorable } from './unstorable-characters.js';

export interface BackendClientOptions {
  readonly baseUrl: Secret;
  /** Contains `{submission_id}`. */
  readonly resultPath: string;
  readonly timeoutMs?: number;
}

/**
 * Why the backend did not take a result. All are worth a retry, since the result must not be lost; they are told
 * apart so that the web UI shows which it is.
 * `BackendUnreachable`: no answer. `BackendUnavailable`: 5xx, 429. `BackendRejectedResult`: 400, 413, 422, it cannot
 * store this result. `BackendWrongAddress`: another answer; something else listens there or the path is wrong.
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

  constructor(type: BackendErrorType, message: string, status?: number, options?: ErrorOptions) {
    super(message, options);
    this.type = type;
    this.status = status;
  }
}

/** The backend's result endpoint (contract §4). */
export function createBackendClient(options: BackendClientOptions): BackendClient {
  const { url, headers } = splitCredentials(options.baseUrl.reveal());
  const timeoutMs = options.timeoutMs ?? 10_000;
  return {
    async postResult(submissionId, result, signal, fence) {
      const address = url + options.resultPath.replaceAll('{submission_id}', String(submissionId));
      const body = JSON.stringify(toBody(result));
      const answer = await post(address, headers, body, signal, timeoutMs, fence);
      if (answer.status >= 200 && answer.status < 300) return 'accepted';
      if (answer.status === 404 && saysSubmissionNotFound(answer.body)) return 'not-found';
      throw refusal(address, answer);
    },
  };
}

/** The body of the POST; key names are the contract's. */
export function toBody(result: GradingResult): object {
  return {
    overall_status: result.overallStatus,
    results: result.results.map((test: TestCaseResult) => ({
      test_case_id: test.testCaseId,
      status: test.status,
      execution_time_ms: test.executionTimeMs,
      memory_used_kb: test.memoryUsedKb,
      output_received: test.outputReceived === null ? null : replaceUnstorable(test.outputReceived),
      error_message: test.errorMessage === null ? null : replaceUnstorable(test.errorMessage),
    })),
  };
}

async function post(
  address: string,
  headers: Record<string, string>,
  body: string,
  signal: AbortSignal,
  timeoutMs: number,
  fence: AttemptFence | undefined,
): Promise<HttpAnswer> {
  const patience = AbortSignal.timeout(timeoutMs);
  let refusal: { readonly reason: unknown } | undefined;
  const beforeSending = (): void => {
    try {
      fence?.assertCurrent();
    } catch (reason) {
      refusal = { reason };
      throw reason;
    }
  };
  try {
    return await httpPost(
      address,
      { ...headers, 'content-type': 'application/json' },
      body,
      AbortSignal.any([signal, patience]),
      beforeSending,
    );
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (refusal !== undefined) throw refusal.reason;
    const why = patience.aborted ? `no answer within ${timeoutMs} ms` : errorText(error);
    throw new BackendError(
      'BackendUnreachable',
      `The backend cannot be reached at ${address}: ${why}. It may be down or BACKEND_API_URL may be wrong. ` +
        `Check with: curl -i ${new URL(address).origin}`,
      undefined,
      { cause: error },
    );
  }
}

function refusal(address: string, answer: HttpAnswer): BackendError {
  const { status } = answer;
  const said = `The backend answered ${status} to POST ${address}: ${short(answer.body)}.`;
  if ([400, 413, 422].includes(status)) {
    return new BackendError(
      'BackendRejectedResult',
      `${said} It cannot store this result; its log says why. The result is kept and sent again.`,
      status,
    );
  }
  if (status >= 500 || status === 429 || status === 408) {
    return new BackendError(
      'BackendUnavailable',
      `${said} The backend or its database is in trouble; look into its log. The result is kept and sent again.`,
      status,
    );
  }
  return new BackendError(
    'BackendWrongAddress',
    `${said} That is not the backend's own answer: a proxy or another server may listen there, or the path is wrong. ` +
      `Check BACKEND_API_URL and BACKEND_RESULT_PATH with: curl -i -X POST ${address}`,
    status,
  );
}

/** `{"msg": "Submission not found"}`; a 404 of a proxy or of a wrong path is not that. */
function saysSubmissionNotFound(body: string): boolean {
  try {
    const parsed: unknown = JSON.parse(body);
    const message = typeof parsed === 'object' && parsed !== null && 'msg' in parsed ? parsed.msg : undefined;
    return typeof message === 'string' && /submission\b.*not found/i.test(message);
  } catch {
    return false;
  }
}

/** Credentials in the URL become a header, so that no message can show them. */
function splitCredentials(baseUrl: string): { url: string; headers: Record<string, string> } {
  const url = new URL(baseUrl);
  if (url.username === '' && url.password === '') return { url: baseUrl, headers: {} };
  const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  url.username = '';
  url.password = '';
  const authorization = `Basic ${Buffer.from(pair).toString('base64')}`;
  return { url: url.href.replace(/\/+$/, ''), headers: { authorization } };
}

function short(body: string): string {
  const line = body.replace(/\s+/g, ' ').trim();
  if (line === '') return '(no body)';
  return line.length > 200 ? `${line.slice(0, 200)}…` : line;
}
