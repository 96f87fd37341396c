import { describe, expect, it } from 'vitest';
import { legacyNoise, noiseLevel } from './legacy-noise.js';
import type { ParityExplanation, ShadowGrading } from './parity-report.js';
import { differenceKey, differencesOf, parityReport } from './parity-report.js';
import { defaultCriteria } from './parity-rules.js';
import type { ShadowRecord } from './shadow-record.js';

function grading(submissionId: number, theirs: string, ours: string | null, minute = 0): ShadowGrading {
  const record: ShadowRecord = {
    submissionId,
    problemTitle: 'Sum',
    language: 'cpp',
    gradingMode: 'stdio',
    limits: { timeMs: 1000, memoryKb: 262_144 },
    theirs: { status: theirs, score: theirs === 'Accepted' ? 100 : 0, fingerprint: `${theirs}${minute}` },
    ours: ours === null ? null : { verdict: ours, score: ours === 'Accepted' ? 100 : 0 },
    failure: null,
    tests: [[1, theirs, ours, 20, 20, 3400, 3400]],
    testsTotal: 1,
  };
  const at = new Date(Date.UTC(2026, 10, 25, 9, minute)).toISOString();
  return { record, workflowId: `shadow-${submissionId}`, runId: `run-${minute}`, at };
}

const gradings = [
  grading(1, 'Accepted', 'Accepted'),
  grading(2, 'Wrong Answer', 'Accepted'),
  grading(3, 'Accepted', null),
  grading(4, 'Pending', 'Accepted'),
  grading(5, 'Accepted', 'Accepted'),
];

function note(submissionId: number, difference: string): ParityExplanation {
  return { submissionId, difference, note: 'the old test data', by: 'teacher', at: '2026-11-25T10:00:00Z' };
}

describe('a parity report', () => {
  it('counts classes, agreement with its bound, and the matrix', () => {
    const report = parityReport(gradings, defaultCriteria, []);
    expect(report.classes).toEqual({
      equal: 2,
      'within-tolerance': 0,
      ignored: 0,
      differs: 1,
      'ours-failed': 1,
      'theirs-missing': 1,
    });
    expect(report).toMatchObject({
      compared: 4,
      mismatches: 2,
      same: { rate: 0.5 },
      accounted: { rate: 0.5 },
    });
    expect(report.same.low).toBeCloseTo(0.15, 2);
    expect(report.matrix).toContainEqual({ from: 'Wrong Answer', to: 'Accepted', count: 1 });
    expect(differencesOf(report.rows).map(({ record }) => record.submissionId)).toEqual([3, 2, 4]);
  });

  it('takes the latest grading of each submission', () => {
    const { rows } = parityReport([...gradings, grading(2, 'Accepted', 'Accepted', 5)], defaultCriteria, []);
    expect(rows).toHaveLength(5);
    expect(rows[1]).toMatchObject({ class: 'equal', runId: 'run-5' });
  });

  it('accounts for what a person has explained, as long as it is that difference', () => {
    const [, second] = parityReport(gradings, defaultCriteria, []).rows;
    if (second === undefined) throw new Error('There are five rows.');
    const key = differenceKey(second.record, second);
    expect(key).toBe('differs in verdict: Wrong Answer × Accepted');
    const explained = parityReport(gradings, defaultCriteria, [note(2, key)]);
    expect(explained).toMatchObject({ mismatches: 1, same: { rate: 0.5 }, accounted: { rate: 0.75 } });
    expect(explained.rows[1]?.explanation?.note).toBe('the old test data');
    expect(differencesOf(explained.rows).at(-1)?.record.submissionId).toBe(2);
    const another = parityReport([grading(2, 'Runtime Error', 'Accepted')], defaultCriteria, [note(2, key)]);
    expect(another.rows[0]?.explanation).toBeNull();
  });
});

describe("the legacy worker's noise", () => {
  it('is read off submissions it graded again between two shadow gradings', () => {
    const again = [
      grading(1, 'Accepted', 'Accepted', 1),
      grading(2, 'Accepted', 'Accepted', 1),
      grading(1, 'Accepted', 'Accepted', 2),
      grading(2, 'Wrong Answer', 'Accepted', 2),
    ];
    // The same stored result seen once more is no second grading of theirs.
    const seenAgain = { ...grading(2, 'Wrong Answer', 'Accepted', 2), runId: 'another' };
    expect(legacyNoise([...again, seenAgain].map(({ record }) => record))).toEqual({ pairs: 2, changed: 1 });
  });

  it('counts only with enough pairs', () => {
    expect(noiseLevel({ pairs: 29, changed: 29 })).toBe(0);
    expect(noiseLevel({ pairs: 40, changed: 2 })).toBe(0.05);
  });
});
