import type { Share } from '../grading/share.js';
import { shareSteps } from '../grading/share.js';

/**
 * Taking a share of a queue that others consume too, by rate. How much the others take cannot be seen from a queue, but
 * submission ids are given out in sequence: between two messages we receive, as many were consumed as their ids are
 * apart. So each delivery tells how far the queue as a whole has come, and how far ahead of our share we are.
 *
 * The rate comes right, the set does not: which ids are taken is chance. Republished old ids do not move the count.
 */
export interface Pace {
  /** Of the ids since `baseId`, how many we took. */
  readonly taken: number;
  readonly baseId: number | undefined;
  readonly highestId: number;
  readonly highestAt: number;
  /** Ids the whole queue comes along in a millisecond, smoothed over time; too low while it was seen only shortly. */
  readonly smoothedRate: number;
  /** When the first message came, by a clock that nobody puts right, ms. */
  readonly since: number;
}

export const freshPace: Pace = {
  taken: 0,
  baseId: undefined,
  highestId: 0,
  highestAt: 0,
  smoothedRate: 0,
  since: 0,
};

/**
 * Messages in flight at a time: while one is held back another may be due. With one alone, of a burst that idle legacy
 * workers take at once we would get one, however large our share is.
 */
export const pacedPrefetch = 4;

/** A jump of ids is no consumption: another range of the table, a restored backup. */
const largestStep = 10_000;
/** The count starts over after so many ids, so that an hour of trouble is not made up for in a burst. */
const windowIds = 2_000;
/** Of each message in flight: so even a queue at rest gives us one each half minute. */
const maxWaitMs = 30_000 * pacedPrefetch;
/** The last so many milliseconds count most. */
const smoothingMs = 10_000;
/** As long as the queue's rate is not known. */
const firstWaitMs = 1_000;

/**
 * Accounts for one message of ours.
 * @param share of the queue that is to be ours; 0 waits as long as it may.
 * @returns the new pace, and for how long this message is to stay in flight so that no other comes in its place, ms.
 */
export function paceAfter(
  pace: Pace,
  submissionId: number,
  nowMs: number,
  share: Share,
): { readonly pace: Pace; readonly waitMs: number } {
  const next = advanced(pace, submissionId, nowMs);
  if (share >= shareSteps) return { pace: next, waitMs: 0 };
  const consumed = next.highestId - (next.baseId ?? next.highestId) + 1;
  const mayHaveTaken = (consumed * share) / shareSteps;
  const ahead = next.taken - mayHaveTaken;
  if (ahead <= 0) return { pace: next, waitMs: 0 };
  const idsToCome = share === 0 ? Number.POSITIVE_INFINITY : (ahead * shareSteps) / share;
  const idsPerMs = rateOf(next);
  const waitMs = idsPerMs > 0 ? idsToCome / idsPerMs : firstWaitMs;
  return { pace: next, waitMs: Math.min(maxWaitMs, waitMs) };
}

/** A smoothed rate begins at 0: without what it lacks for that, it is right from the second message on. */
function rateOf({ smoothedRate, since, highestAt }: Pace): number {
  const known = weightOf(highestAt - since);
  return known === 0 ? 0 : smoothedRate / known;
}

/** Of the last `forMs` milliseconds in what is smoothed, 0 to 1. */
function weightOf(forMs: number): number {
  return 1 - Math.exp(-forMs / smoothingMs);
}

function advanced(pace: Pace, id: number, nowMs: number): Pace {
  const step = id - pace.highestId;
  if (pace.baseId === undefined) {
    return { ...freshPace, taken: 1, baseId: id, highestId: id, highestAt: nowMs, since: nowMs };
  }
  if (Math.abs(step) > largestStep) return { ...pace, taken: 1, baseId: id, highestId: id, highestAt: nowMs };
  const taken = pace.taken + 1;
  if (step <= 0) return { ...pace, taken };
  // Of a burst the ids come nearly at once: what counts is how many came in the time, not how fast the last one did.
  const sinceLastMs = Math.max(1, nowMs - pace.highestAt);
  const smoothedRate = pace.smoothedRate + weightOf(sinceLastMs) * (step / sinceLastMs - pace.smoothedRate);
  const moved = { ...pace, taken, highestId: id, smoothedRate, highestAt: nowMs };
  const span = id - pace.baseId + 1;
  if (span <= windowIds) return moved;
  // The newer half is kept, and its part of what was taken.
  return { ...moved, baseId: id - Math.floor(span / 2), taken: taken / 2 };
}
