import { setTimeout as sleep } from 'node:timers/promises';
import { errorText } from '../domain/errors/error-text.js';
import { withDeadline } from '../platform/deadline.js';
import type { SubmissionHeader } from '../platform/postgres/submission-store.js';
import type { Logger } from '../platform/process/logger.js';
import type { Silence } from './silence.js';
import { countSilence } from './silence.js';

/** The database does not say whether there is such a submission. */
export class DatabaseSilentError extends Error {
  override readonly name = 'DatabaseSilentError';

  constructor(cause: unknown) {
    super(`the database does not answer: ${errorText(cause)}`, { cause });
  }
}

export interface SubmissionLookup {
  /** @returns undefined if there is no such submission. @throws DatabaseSilentError */
  find(submissionId: number): Promise<SubmissionHeader | undefined>;
  /** @throws DatabaseSilentError */
  check(): Promise<void>;
  /** For how long the database has not answered, ms. */
  silentMs(): number | undefined;
  close(): void;
}

/** The platform may publish before it commits: a submission that is not there yet is looked for again, over 2 s. */
const missingRetryDelaysMs = [100, 300, 600, 1_000];
const answerTimeoutMs = 5_000;
/** While the database is silent it is asked by one look at a time, and no message waits for that. */
const lookAgainMs = 1_000;

/**
 * Looks a submission up before its grading starts: for its place in the queue, and to tell a message for a submission
 * that does not exist. A grading that was started unseen and names none would be known to Temporal alone: lost with its
 * data, and nowhere missed. So such a message stays with the broker until the database answers.
 */
export function createSubmissionLookup(
  findHeader: (submissionId: number) => Promise<SubmissionHeader | undefined>,
  log: Logger,
): SubmissionLookup {
  let silent: { readonly silence: Silence; readonly error: DatabaseSilentError } | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;

  const ask = async (submissionId: number): Promise<SubmissionHeader | undefined> => {
    try {
      const header = await withDeadline('one row', answerTimeoutMs, findHeader(submissionId));
      if (silent) log.info('the database answers again');
      silent?.silence.close();
      silent = undefined;
      return header;
    } catch (cause) {
      const error = new DatabaseSilentError(cause);
      if (!silent) log.warn({ err: cause }, 'the database does not answer; messages wait for it');
      silent = { silence: silent?.silence ?? countSilence(), error };
      lookAgain();
      throw error;
    }
  };
  const lookAgain = (): void => {
    if (timer || isClosed) return;
    timer = setTimeout(() => {
      timer = undefined;
      if (silent) void check().catch(() => undefined);
    }, lookAgainMs).unref();
  };
  /** No submission has this id. */
  const check = async (): Promise<void> => void (await ask(0));

  return {
    check,
    async find(submissionId) {
      for (const delayMs of [0, ...missingRetryDelaysMs]) {
        await sleep(delayMs);
        if (silent) throw silent.error;
        const header = await ask(submissionId);
        if (header) return header;
      }
      return undefined;
    },
    silentMs: () => silent?.silence.ms(),
    close() {
      isClosed = true;
      silent?.silence.close();
      clearTimeout(timer);
    },
  };
}
