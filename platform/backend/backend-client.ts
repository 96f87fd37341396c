import type { AttemptFence } from '../../activities/attempt-fence.js';
import type { BackendClient } from '../../activities/dependencies.js';
import { errorCode } from '../../domain/errors/error-code.js';
import { errorText } from '../../domain/errors/error-text.js';
import type { GradingResult, TestCaseResult } from '../../domain/judging/submission.js';
import type { Secret } from '../settings/secret.js';
import { decodedPart } from '../settings/url-part.js';
import { BackendError } from './backend-error.js';
import type { HttpAnswer } from './http-post.js';
import { httpPost } from './http-post.js';
import type { AnswerRule } from './judge-answer.js';
import { judgeAnswer } from './judge-answer.js';
import { replaceUnstorable } from './unstorable-characters.js';

export interface BackendClientOptions {
  readonly baseUrl: Secret;
  /** Contains `{submission_id}`. */
  readonly resultPath: string;
  /** Default: the contract's. */
  readonly answer?: AnswerRule;
  /** From the connection to the last byte of the answer. */
  readonly timeoutMs?: number;
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
      const posted = { address, submissionId, bytes: Buffer.byteLength(body) };
      return judgeAnswer(posted, answer, options.answer ?? 'contract');
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
    const answer = await httpPost(
      address,
      { ...headers, 'content-type': 'application/json', accept: 'application/json' },
      body,
      AbortSignal.any([signal, patience]),
      beforeSending,
    );
    signal.throwIfAborted();
    return patience.aborted ? outOfTime(answer, timeoutMs) : answer;
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (refusal !== undefined) throw refusal.reason;
    const why = patience.aborted ? `no answer within ${timeoutMs} ms` : errorText(error);
    throw new BackendError(
      'BackendUnreachable',
      `The backend cannot be reached at ${address}: ${why}. ${likelyCause(error)} ` +
        `Check with: curl -i ${new URL(address).origin}`,
      undefined,
      { cause: error },
    );
  }
}

/** An answer that drips in is no better than none. */
function outOfTime(answer: HttpAnswer, timeoutMs: number): HttpAnswer {
  if (answer.defect?.kind !== 'broken-off') return answer;
  return { ...answer, defect: { kind: 'broken-off', why: `it was not complete within ${timeoutMs} ms` } };
}

/** Of Node: the answer does not begin as one of HTTP does. */
const notHttp = 'HPE_INVALID_CONSTANT';

function likelyCause(error: unknown): string {
  const code = String(errorCode(error) ?? '');
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID') {
    return 'Its certificate is out of date: renew it there; or a clock is wrong, here or there.';
  }
  if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY/.test(code)) {
    return 'Its certificate is not trusted or is for another name: correct the name in BACKEND_API_URL, or name the authority that signed it by NODE_EXTRA_CA_CERTS.';
  }
  if (code === 'EPROTO' || code.startsWith('ERR_SSL')) {
    return 'What listens there does not speak TLS as we do: BACKEND_API_URL may have to begin with http://.';
  }
  if (code.startsWith('HPE_') && code !== notHttp) {
    return 'The head of its answer breaks a rule of HTTP, or is longer than 16 KiB; look into the log of the backend or of a proxy before it.';
  }
  if (code === notHttp) {
    return 'What listens there does not speak HTTP: BACKEND_API_URL may have another port, or have to begin with https://.';
  }
  return 'It may be down or BACKEND_API_URL may be wrong.';
}

/** Credentials in the URL become a header, so that no message can show them. */
function splitCredentials(baseUrl: string): { url: string; headers: Record<string, string> } {
  const url = new URL(baseUrl);
  if (url.username === '' && url.password === '') return { url: baseUrl, headers: {} };
  const pair = `${decodedPart(url.username)}:${decodedPart(url.password)}`;
  url.username = '';
  url.password = '';
  const authorization = `Basic ${Buffer.from(pair).toString('base64')}`;
  return { url: url.href.replace(/\/+$/, ''), headers: { authorization } };
}
