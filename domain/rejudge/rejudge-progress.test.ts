import { describe, expect, it } from 'vitest';
import type { RejudgeRow } from './rejudge-comparison.js';
import { notGraded } from './rejudge-comparison.js';
import { filterRows } from './rejudge-filter.js';
import { RejudgeProgress } from './rejudge-progress.js';
import type { RejudgeInput } from './rejudge-set.js';

const input: RejudgeInput = {
  set: '20261125-1',
  reason: 'test 3 was wrong',
  selection: 'problem 4',
  requestedBy: 'teacher',
  submissionIds: [11, 12, 13, 14],
  repeat: 1,
  parallel: 4,
  submissionsPerRun: 100,
  searchAttributes: [],
};

function row(submissionId: number, changes: Partial<RejudgeRow> = {}): RejudgeRow {
  return {
    ...notGraded(submissionId, undefined, ''),
    difference: 'none',
    oldVerdict: 'Accepted',
    newVerdict: 'Accepted',
    oldScore: 100,
    newScore: 100,
    fingerprint: 'ab',
    note: null,
    ...changes,
  };
}

const wrong = { difference: 'verdict', newVerdict: 'Wrong Answer', newScore: 50 } as const;

describe('the progress of a set', () => {
  it('goes from run to run without a loss', () => {
    const progress = new RejudgeProgress(input);
    progress.finished(row(12, wrong));
    progress.finished(row(11));
    const next = new RejudgeProgress(JSON.parse(JSON.stringify(progress.carriedOn())));
    expect(next.toGrade()).toEqual([13, 14]);
    expect(next.rows()).toEqual([row(11), row(12, wrong)]);
    expect(next.summary()).toMatchObject({ phase: 'grading', graded: 2, submissions: 4, runs: 2 });
  });

  it('counts old by new verdict, the ungraded too', () => {
    const progress = new RejudgeProgress(input);
    progress.finished(row(11));
    progress.finished(row(12, wrong));
    progress.finished(row(13, wrong));
    progress.finished(notGraded(14, undefined, 'deadline'));
    expect(progress.summary()).toMatchObject({
      matrix: [
        { from: 'Accepted', to: 'Accepted', count: 1 },
        { from: 'Accepted', to: 'Wrong Answer', count: 2 },
        { from: 'unknown', to: 'not graded', count: 1 },
      ],
      differences: { none: 1, verdict: 2, 'not-graded': 1 },
      outcomes: {},
    });
  });

  it('applies each result that differs once, and keeps what came of it', () => {
    const progress = new RejudgeProgress(input);
    progress.finished(row(11));
    progress.finished(row(12, wrong));
    progress.finished(row(13, { ...wrong, difference: 'flaky' }));
    progress.finished(row(14, wrong));
    expect(progress.toApply().map(({ submissionId }) => submissionId)).toEqual([12, 14]);
    progress.tried(row(12, wrong), 'conflict', 'replaced');
    const next = new RejudgeProgress(progress.carriedOn());
    expect(next.toApply().map(({ submissionId }) => submissionId)).toEqual([14]);
    expect(next.summary().outcomes).toEqual({ conflict: 1 });
    expect(filterRows(next.rows(), { only: 'conflict', offset: 0, limit: 10 }).rows).toEqual([
      row(12, { ...wrong, outcome: 'conflict', note: 'replaced' }),
    ]);
  });
});

describe('the rows that are shown', () => {
  const rows = [
    row(11),
    row(12, wrong),
    row(13, { ...wrong, difference: 'flaky' }),
    notGraded(14, undefined, ''),
  ];
  const ids = (filter: Partial<Parameters<typeof filterRows>[1]>) =>
    filterRows(rows, { only: 'all', offset: 0, limit: 10, ...filter }).rows.map((each) => each.submissionId);

  it('are filtered by difference', () => {
    expect(ids({})).toEqual([11, 12, 13, 14]);
    expect(ids({ only: 'changed' })).toEqual([12, 13, 14]);
    expect(ids({ only: 'flaky' })).toEqual([13]);
    expect(ids({ only: 'not-graded' })).toEqual([14]);
  });

  it('are filtered by a cell of the matrix', () => {
    expect(ids({ from: 'Accepted', to: 'Wrong Answer' })).toEqual([12, 13]);
    expect(ids({ to: 'not graded' })).toEqual([14]);
  });

  it('come a page at a time, and the whole number is told', () => {
    expect(filterRows(rows, { only: 'all', offset: 1, limit: 2 })).toEqual({
      rows: rows.slice(1, 3),
      total: 4,
    });
  });
});
