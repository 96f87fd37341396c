import { describe, expect, it } from 'vitest';
import type { LatestGrading, ReplayCandidate } from './replay.js';
import { decideReplay } from './replay.js';

const failed: LatestGrading = {
  runId: 'r1',
  state: 'failed',
  failedStep: 'notify',
  closedAt: new Date('2026-03-01T09:00Z'),
};

function candidate(status: string | undefined, grading?: Partial<LatestGrading>): ReplayCandidate {
  return {
    submissionId: 17,
    ...(status === undefined ? {} : { platform: { status, submittedAt: new Date('2026-03-01T08:00Z') } }),
    ...(grading === undefined ? {} : { grading: { ...failed, ...grading } }),
  };
}

describe('what is replayed', () => {
  it.each([
    ['a failed grading', candidate('System Error', {})],
    ['one whose verdict is recorded but not told to the backend', candidate('Accepted', {})],
    ['one that was cancelled', candidate('Pending', { state: 'cancelled' })],
    ['one that was terminated', candidate('Pending', { state: 'terminated' })],
    ['a System Error of another worker', candidate('System Error')],
    ['a Pending one nobody grades', candidate('Pending')],
    [
      'a completed grading whose verdict the platform does not show',
      candidate('Pending', { state: 'completed' }),
    ],
  ])('%s', (_what, chosen) => {
    expect(decideReplay(chosen, {})).toMatchObject({ kind: 'replay', resumePoint: { from: 'start' } });
  });

  it.each([
    ['running', candidate('Pending', { state: 'running' }), /running/],
    [
      'replayed with a verdict since',
      candidate('Accepted', { state: 'completed' }),
      /already graded: Accepted/,
    ],
    ['graded by another worker', candidate('Wrong Answer'), /another worker/],
    ['unknown to the platform', candidate(undefined, {}), /no such submission/],
  ])('not one that is %s', (_what, chosen, why) => {
    expect(decideReplay(chosen, {})).toMatchObject({ kind: 'skip', why: expect.stringMatching(why) });
  });

  it('only what every condition chooses', () => {
    const chosen = candidate('System Error', {});
    const kind = (filter: Parameters<typeof decideReplay>[1]) => decideReplay(chosen, filter).kind;
    expect(kind({ status: 'System Error', failedStep: 'notify' })).toBe('replay');
    expect(kind({ status: 'Pending' })).toBe('other');
    expect(kind({ failedStep: 'run' })).toBe('other');
    expect(kind({ since: new Date('2026-03-01T08:30Z'), until: new Date('2026-03-01T09:00Z') })).toBe(
      'replay',
    );
    expect(kind({ since: new Date('2026-03-01T09:30Z') })).toBe('other');
    expect(kind({ until: new Date('2026-03-01T08:30Z') })).toBe('other');
  });

  it('by the time of handing in where Temporal knows no grading', () => {
    const foreign = candidate('System Error');
    expect(decideReplay(foreign, { since: new Date('2026-03-01T07:30Z') }).kind).toBe('replay');
    expect(decideReplay(foreign, { since: new Date('2026-03-01T08:30Z') }).kind).toBe('other');
  });
});
