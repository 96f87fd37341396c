import { setTimeout as sleep } from 'node:timers/promises';
import { withDeadline } from '../platform/deadline.js';
import type { SubmissionHeader } from '../platform/postgres/submission-store.js';
import type { Logger } from '../platform/process/logger.js';

type LookupResult =
  | { readonly kind: 'found'; readonly header: SubmissionHeader }
  | { readonly kind: 'missing' }
  /** The database did not answer; the grading itself will wait for it. */
  | { readonly kind: 'unknown' };

export type SubmissionLookup = (submissionId: number) => Promise<LookupResult>;

/** The platform may publish before it commits: a submission that is not there yet is looked for again, over 2 s. */
const missingRetryDelaysMs = [100, 300, 600, 1_000];
const answerTimeoutMs = 2_000;
/** While the database is down only every so often a message pays the wait for it. */
const pauseAfterFailureMs = 10_000;

/**
 * Looks a submission up before its grading starts: for its place in the queue, and to tell a message for a submission
 * that does not exist. It is a courtesy; a database in trouble never holds messages up here.
 */
export function createSubmissionLookup(
  findHeader: (submissionId: number) => Promise<SubmissionHeader | undefined>,
  log: Logger,
): SubmissionLookup {
  let pausedUntil = 0;
  return async (submissionId) => {
    for (const delayMs of [0, ...missingRetryDelaysMs]) {
      if (Date.now() < pausedUntil) return { kind: 'unknown' };
      await sleep(delayMs);
      try {
        const header = await withDeadline('database', answerTimeoutMs, findHeader(submissionId));
        if (header) return { kind: 'found', header };
      } catch (error) {
        if (pausedUntil === 0 || Date.now() >= pausedUntil) {
          log.warn(
            { err: error, pauseMs: pauseAfterFailureMs },
            'database does not answer; starting gradings unseen',
          );
        }
        pausedUntil = Date.now() + pauseAfterFailureMs;
        return { kind: 'unknown' };
      }
    }
    return { kind: 'missing' };
  };
}
