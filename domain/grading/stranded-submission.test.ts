import { describe, expect, it } from 'vitest';
import type { SweptSubmission } from './stranded-submission.js';
import { sweepUngraded, untoldState } from './stranded-submission.js';

const minute = 60_000;
const now = Date.now();

function ungraded(submissionId: number, minutesAgo: number, state?: string): SweptSubmission {
  return {
    submissionId,
    submittedAt: new Date(now - minutesAgo * minute),
    ...(state === undefined ? {} : { grading: { state } }),
  };
}

/** Oldest first, for the reader; swept in pages of two, from the latest on. */
function states(submissions: readonly SweptSubmission[], depth: number) {
  const found: string[] = [];
  let left = depth;
  for (let end = submissions.length; end > 0; end -= 2) {
    const page = submissions.slice(Math.max(0, end - 2), end).toReversed();
    const swept = sweepUngraded(page, left, new Date(now - 15 * minute));
    found.push(...swept.found.map(({ state }) => state));
    left = swept.mayBeQueued;
  }
  return found.toReversed();
}

describe('a submission without a verdict', () => {
  it('is stranded when it is old and has neither message nor grading', () => {
    expect(states([ungraded(1, 60)], 0)).toEqual(['stranded']);
  });

  it.each([
    ['graded-soon', ungraded(1, 5)],
    ['running', ungraded(1, 60, 'running')],
    ['failed', ungraded(1, 60, 'failed')],
    ['failed', ungraded(1, 60, 'terminated')],
    ['cancelled', ungraded(1, 60, 'cancelled')],
  ])('is %s otherwise', (expected, submission) => {
    expect(states([submission], 0)).toEqual([expected]);
  });

  it('is stranded when its grading completed and the platform shows nothing of it', () => {
    expect(states([ungraded(1, 60, 'completed')], 0)).toEqual(['stranded']);
  });

  it('may be queued as long as its message can be among the last ones on the queue', () => {
    const three = [ungraded(1, 60), ungraded(2, 50), ungraded(3, 40)];
    expect(states(three, 1)).toEqual(['stranded', 'stranded', 'maybe-queued']);
    expect(states([...three, ungraded(4, 1)], 2)).toEqual([
      'stranded',
      'stranded',
      'maybe-queued',
      'graded-soon',
    ]);
    expect(states([...three, ungraded(4, 30, 'running')], 1)).toEqual([
      'stranded',
      'stranded',
      'maybe-queued',
      'running',
    ]);
  });

  it('may be queued when the broker does not answer', () => {
    expect(states([ungraded(1, 60)], Number.POSITIVE_INFINITY)).toEqual(['maybe-queued']);
  });
});

describe('a verdict that we recorded, and the backend has not written since,', () => {
  it.each([
    ['was never told where Temporal has forgotten its grading', undefined, 'untold'],
    ['is being told', 'running', 'running'],
    ['needs a replay', 'failed', 'failed'],
    ['was told to a backend that writes nothing', 'completed', 'told'],
  ])('%s', (_what, state, expected) => {
    expect(untoldState(state === undefined ? undefined : { state })).toBe(expected);
  });
});
