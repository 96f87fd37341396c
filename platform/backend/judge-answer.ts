import { BackendError } from './backend-error.js';
import type { HttpAnswer } from './http-post.js';
import { retryAfterMs } from './retry-after.js';

/** BACKEND_ANSWER: which answers to a result say that the backend has it. */
export type AnswerRule = 'contract' | 'json';

/** What was POSTed, as far as its answer is judged by it. */
export interface PostedResult {
  readonly address: string;
  readonly submissionId: number;
  readonly bytes: number;
}

/**
 * What an answer to a result says (contract §4). Only the backend's own words count: a login page, a proxy or another
 * server answer 200 and 404 as well, and the verdict would be lost.
 * @throws BackendError where it is neither
 */
export function judgeAnswer(
  posted: PostedResult,
  answer: HttpAnswer,
  rule: AnswerRule,
): 'accepted' | 'not-found' {
  const { status, defect } = answer;
  const said = jsonObject(answer);
  if (status === 404 && messageOf(said) === notFound) return 'not-found';
  const isSuccess = status >= 200 && status < 300;
  if ((isSuccess || status === 404) && defect?.kind === 'broken-off') {
    throw new BackendError(
      'BackendUnreachable',
      `The backend's answer to POST ${posted.address} began with status ${status} and broke off: ${defect.why}. Whether it has the result is not known; it is sent again, which is harmless.`,
      status,
    );
  }
  if (!isSuccess) throw refusal(posted, answer);
  const named = said?.submission_id;
  const isOurs =
    named === undefined || named === posted.submissionId || named === String(posted.submissionId);
  const isAcceptance =
    rule === 'contract' ? status === 200 && messageOf(said) === stored : said !== undefined;
  if (isOurs && isAcceptance) return 'accepted';
  throw noAcceptance(posted, answer, isOurs ? undefined : shownId(named));
}

/** In the contract's words. */
const stored = 'Result updated successfully';
const notFound = 'Submission not found';

/** Not what is inside: writing thousands of nested arrays takes more stack than there is, where reading them does not. */
function shownId(named: unknown): string {
  return typeof named === 'object' && named !== null ? 'that is no number' : JSON.stringify(named);
}

/** Undefined where the body is anything else, or was not read as a whole. */
function jsonObject({ body, defect }: HttpAnswer): Readonly<Record<string, unknown>> | undefined {
  if (defect !== undefined) return undefined;
  try {
    const parsed: unknown = JSON.parse(body);
    const isObject = typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed);
    return isObject ? (parsed as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function messageOf(said: Readonly<Record<string, unknown>> | undefined): string | undefined {
  return typeof said?.msg === 'string' ? said.msg.trim() : undefined;
}

function noAcceptance(posted: PostedResult, answer: HttpAnswer, otherId: string | undefined): BackendError {
  const why =
    otherId === undefined
      ? `That does not say that the result is stored (the contract's answer is 200 {"msg": "${stored}"}): a login page, a proxy or another server may answer there`
      : `That is an answer about submission ${quoted(otherId)}: a cache or another server may answer there`;
  return new BackendError(
    'BackendWrongAddress',
    `${saying(posted, answer)} ${why}. The verdict does not count as delivered and is sent again. ` +
      `Check BACKEND_API_URL and BACKEND_RESULT_PATH with: curl -i -X POST ${posted.address}` +
      (otherId === undefined
        ? ' ; if it is a backend that confirms in other words, set BACKEND_ANSWER=json.'
        : ''),
    answer.status,
  );
}

function refusal(posted: PostedResult, answer: HttpAnswer): BackendError {
  const { status, headers } = answer;
  const said = saying(posted, answer);
  const kept = 'The result is kept and sent again.';
  if (status === 413) {
    return new BackendError(
      'BackendRejectedResult',
      `${said} The result has ${posted.bytes} bytes, more than the backend or a proxy before it takes. ` +
        `Raise the limit there (nginx: client_max_body_size) or lower RESULT_LIMIT. ${kept}`,
      status,
    );
  }
  if (status === 400 || status === 422) {
    const why =
      jsonObject(answer) === undefined
        ? 'These are not the words of the backend: it or a proxy before it does not take the request; look into both logs.'
        : 'It cannot store this result; its log says why.';
    return new BackendError('BackendRejectedResult', `${said} ${why} ${kept}`, status);
  }
  if (status >= 500 || status === 429 || status === 408) {
    const waitMs = retryAfterMs(headers);
    const asks = waitMs === undefined ? '' : ` It asks to be left alone for ${Math.ceil(waitMs / 1000)} s.`;
    return new BackendError(
      'BackendUnavailable',
      `${said} The backend or its database is in trouble; look into its log.${asks} ${kept}`,
      status,
      { retryAfterMs: waitMs },
    );
  }
  return new BackendError(
    'BackendWrongAddress',
    `${said} ${elsewhere(answer)} ${kept} ${check(posted)}`,
    status,
  );
}

function elsewhere({ status, headers }: HttpAnswer): string {
  if (status >= 300 && status < 400) {
    const to = headers.location === undefined ? 'nowhere (no Location)' : shownLocation(headers.location);
    return `That is a redirect to ${to}. Redirects are not followed, as a verdict must not go to a place nobody named: if that is the backend, put its address into BACKEND_API_URL; it may be a login page.`;
  }
  if (status === 401 || status === 403) {
    return "That is not the backend's own answer: something before it asks for a login. Credentials go into BACKEND_API_URL (https://user:password@host).";
  }
  return "That is not the backend's own answer: a proxy or another server may listen there, or the path is wrong.";
}

function check({ address }: PostedResult): string {
  return `Check BACKEND_API_URL and BACKEND_RESULT_PATH with: curl -i -X POST ${address}`;
}

/** Without what may be secret. */
function shownLocation(location: string): string {
  const bare = location.replace(/\/\/[^/?#]*@/, '//').replace(/[?#].*$/s, (rest) => `${rest[0]}…`);
  return quoted(bare);
}

function saying({ address }: PostedResult, { status, body, defect }: HttpAnswer): string {
  const note = defect === undefined ? '' : ` (${defect.why})`;
  return `The backend answered ${status} to POST ${address}: ${quoted(body)}${note}.`;
}

function quoted(text: string): string {
  const line = text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
  if (line === '') return '(no body)';
  return line.length > 200 ? `${line.slice(0, 200)}…` : line;
}
