import { describe, expect, it } from 'vitest';
import type { ShadowGradeResult } from '../grading/shadow-grading.js';
import type { StoredResult } from '../grading/stored-result.js';
import { rawParity, shadowRecord, testsKept } from './shadow-record.js';

const stored: StoredResult = {
  submissionId: 17,
  classId: 3,
  status: 'Accepted',
  score: 100,
  fingerprint: 'abc',
  tests: [
    { id: 1, status: 'Accepted', timeMs: 20, memoryKb: 3400 },
    { id: 3, status: 'Accepted', timeMs: null, memoryKb: null },
  ],
};

const graded: ShadowGradeResult = {
  submissionId: 17,
  verdict: 'Accepted',
  score: 100,
  tests: [
    { id: 1, status: 'Accepted', timeMs: 21, memoryKb: 3300, output: null },
    { id: 2, status: 'Accepted', timeMs: 5, memoryKb: 3300, output: null },
  ],
  message: null,
  about: { problemTitle: 'Sum', language: 'cpp', gradingMode: 'stdio' },
  limits: { timeMs: 1000, memoryKb: 262_144 },
};

describe('a shadow record', () => {
  it('pairs the tests by id and keeps what one side lacks', () => {
    expect(shadowRecord(stored, graded).tests).toEqual([
      [1, 'Accepted', 'Accepted', 20, 21, 3400, 3300],
      [2, null, 'Accepted', null, 5, null, 3300],
      [3, 'Accepted', null, null, null, null, null],
    ]);
  });

  it('leaves out the row of a submission as a whole', () => {
    const whole = { id: null, status: 'Compile Error', timeMs: 0, memoryKb: 0 };
    expect(shadowRecord({ ...stored, tests: [whole] }, { ...graded, tests: [] }).tests).toEqual([]);
  });

  it('of very many tests keeps those that differ, then those farthest apart, in order', () => {
    const ids = Array.from({ length: 300 }, (_, index) => index + 1);
    const theirs = ids.map((id) => ({ id, status: 'Accepted', timeMs: 20, memoryKb: 3400 }));
    const ours = ids.map((id) => ({
      id,
      status: id === 250 ? ('Wrong Answer' as const) : ('Accepted' as const),
      timeMs: id === 199 ? 400 : 20,
      memoryKb: 3400,
      output: null,
    }));
    const { tests, testsTotal } = shadowRecord({ ...stored, tests: theirs }, { ...graded, tests: ours });
    expect(testsTotal).toBe(300);
    expect(tests).toHaveLength(testsKept);
    const kept = tests.map(([id]) => id);
    expect(kept).toEqual(expect.arrayContaining([199, 250]));
    expect(kept).toEqual([...kept].sort((a, b) => a - b));
    expect(JSON.stringify(tests).length).toBeLessThan(4096);
  });

  it('says roughly how it came out', () => {
    const same = { ...stored, tests: stored.tests.slice(0, 1) };
    const one = { ...graded, tests: graded.tests.slice(0, 1) };
    expect(rawParity(shadowRecord(same, one))).toBe('same');
    expect(rawParity(shadowRecord(stored, graded))).toBe('differs');
    expect(rawParity(shadowRecord(same, { ...one, score: 90 }))).toBe('differs');
    const failed = shadowRecord(same, { failure: 'x'.repeat(900) });
    expect(rawParity(failed)).toBe('ours failed');
    expect(failed.failure).toHaveLength(200);
  });
});
