import { setTimeout as sleep } from 'node:timers/promises';
import { errorText } from '../../domain/errors/error-text.js';

interface NewSubmission {
  readonly problem_id: number;
  readonly source_code: string;
  readonly language: string;
}

/**
 * Hands a submission in as the platform's own web page would: until the backend has said that it is stored and queued.
 * A row whose answer got lost is not counted as accepted; the request is made again and makes another row.
 * @returns the id. @throws when the backend has not taken it in time.
 */
export async function submitUntilAccepted(backendUrl: string, submission: NewSubmission): Promise<number> {
  let id: number | undefined;
  await untilTaken(async () => {
    const answer: Answer =
      id === undefined
        ? await post(`${backendUrl}/submissions`, submission)
        : await post(`${backendUrl}/submissions/${id}/publish`, {});
    id ??= answer.submissionId;
    return { ...answer, isTaken: answer.isTaken && id !== undefined };
  });
  return id ?? 0;
}

/** Has the id of a submission published once more. @throws as above. */
export function publishUntilAccepted(backendUrl: string, id: number): Promise<void> {
  return untilTaken(() => post(`${backendUrl}/submissions/${id}/publish`, {}));
}

const patienceMs = 600_000;

async function untilTaken(ask: () => Promise<Answer>): Promise<void> {
  const deadline = Date.now() + patienceMs;
  let said = 'nothing';
  while (Date.now() < deadline) {
    const answer = await ask();
    if (answer.isTaken) return;
    said = answer.said;
    await sleep(500);
  }
  throw new Error(`The backend took no message within ${patienceMs / 1000} s; it said last: ${said}`);
}

interface Answer {
  readonly isTaken: boolean;
  /** Also of a submission that is stored and not queued. */
  readonly submissionId?: number;
  readonly said: string;
}

async function post(url: string, body: object): Promise<Answer> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(20_000),
    });
    const said = await response.text();
    const { submission_id: submissionId } = JSON.parse(said) as { submission_id?: number };
    return { isTaken: response.ok, said, ...(submissionId === undefined ? {} : { submissionId }) };
  } catch (error) {
    return { isTaken: false, said: errorText(error) };
  }
}
