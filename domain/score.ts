import type { Verdict } from './status.js';
import { Status } from './status.js';

/** What `test_cases.points` defaults to (contract §3). */
const defaultPoints = 10;

/**
 * round(100 × points of accepted tests / all points), as the backend computes it (contract §4);
 * 0 where there are no points at all.
 * @param points of each test in the order of `statuses`.
 */
export function score(statuses: readonly Verdict[], points: readonly number[] = []): number {
  let all = 0;
  let accepted = 0;
  statuses.forEach((status, index) => {
    const worth = points[index] ?? defaultPoints;
    all += worth;
    if (status === Status.Accepted) accepted += worth;
  });
  return all > 0 ? roundHalfEven((100 * accepted) / all) : 0;
}

/** The backend's language rounds halves to the even neighbour. */
function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  if (value - floor !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
