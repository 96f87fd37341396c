import type { Share } from './share.js';
import { shareSteps } from './share.js';

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
  /** Ids the whole queue comes along in a millisecond; smoothed. */
  readonly idsPerMs: number;
  readonly highestAt: number;
}

export const freshPace: Pace = { taken: 0, baseId: undefined, highestId: 0, idsPerMs: 0, highestAt: 0 };

/** A jump of ids is no consumption: another range of the table, a restored backup. */
const largestStep = 10_000;
/** The count starts over after so many ids, so that an hour of trouble is not made up for in a burst. */
const windowIds = 2_000;
const longestWaitMs = 30_000;
const smoothing = 0.2;

/**
 * Accounts for one message of ours.
 * @param share of the queue that is to be ours; 0 waits as long as it may.
 * @returns the new pace, and for how long the next message must not be taken, ms.
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
  const waitMs = next.idsPerMs > 0 ? idsToCome / next.idsPerMs : 1_000;
  return { pace: next, waitMs: Math.min(longestWaitMs, Math.max(0, waitMs)) };
}

function advanced(pace: Pace, id: number, nowMs: number): Pace {
  const step = id - pace.highestId;
  if (pace.baseId === undefined || Math.abs(step) > largestStep) {
    return { taken: 1, baseId: id, highestId: id, idsPerMs: pace.idsPerMs, highestAt: nowMs };
  }
  const taken = pace.taken + 1;
  if (step <= 0) return { ...pace, taken };
  const rate = step / Math.max(1, nowMs - pace.highestAt);
  const idsPerMs = pace.idsPerMs === 0 ? rate : pace.idsPerMs + smoothing * (rate - pace.idsPerMs);
  const moved = { taken, baseId: pace.baseId, highestId: id, idsPerMs, highestAt: nowMs };
  const span = id - pace.baseId + 1;
  if (span <= windowIds) return moved;
  // The newer half is kept, and its part of what was taken.
  return { ...moved, baseId: id - Math.floor(span / 2), taken: taken / 2 };
}
