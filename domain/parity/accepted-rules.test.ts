import { describe, expect, it } from 'vitest';
import { describeRule, rulesCovering } from './accepted-rules.js';
import { classify } from './parity.js';
import { defaultTolerance } from './parity-rules.js';
import type { PackedTest, ShadowRecord } from './shadow-record.js';

function record(theirs: string, ours: string | null, tests: readonly PackedTest[]): ShadowRecord {
  return {
    submissionId: 17,
    problemTitle: 'Sum',
    language: 'cpp',
    gradingMode: 'stdio',
    limits: { timeMs: 1000, memoryKb: 100_000 },
    theirs: { status: theirs, score: 0, fingerprint: 'f' },
    ours: ours === null ? null : { verdict: ours, score: 100 },
    failure: ours === null ? 'lost' : null,
    tests,
    testsTotal: tests.length,
  };
}

const none = { tolerance: defaultTolerance, rules: [] };

function accepted(of: ShadowRecord) {
  return rulesCovering({ ...classify(of, none), record: of }, 'known');
}

const nearTheLimit = record('Time Limit Exceeded', 'Accepted', [
  [1, 'Accepted', 'Accepted', 5, 5, 900, 900],
  [2, 'Time Limit Exceeded', 'Accepted', 1003, 962, 900, 900],
]);
const twoKinds = record('Wrong Answer', 'Runtime Error', [
  [1, 'Wrong Answer', 'Runtime Error', 5, 5, 900, 900],
  [2, 'Accepted', 'Wrong Answer', 5, 5, 900, 900],
]);
const withoutTests = record('Wrong Answer', 'Accepted', []);

describe('the rules that a difference is accepted by', () => {
  it.each([
    ['a difference near a limit', nearTheLimit],
    ['two kinds of difference', twoKinds],
    ['verdicts alone', withoutTests],
  ])('cover it: %s', (_what, of) => {
    const rules = accepted(of) ?? [];
    expect(classify(of, { ...none, rules })).toMatchObject({ class: 'ignored', reason: 'known' });
  });

  it('are as narrow as what was seen', () => {
    expect(accepted(nearTheLimit)?.map(describeRule)).toEqual([
      'Time Limit Exceeded × Accepted, stdio, cpp, both within 5 % of a limit',
    ]);
    const farAway = record('Time Limit Exceeded', 'Accepted', [
      [2, 'Time Limit Exceeded', 'Accepted', 1003, 20, 900, 900],
    ]);
    const rules = accepted(nearTheLimit) ?? [];
    expect(classify(farAway, { ...none, rules }).class).toBe('differs');
    const swapped = record('Accepted', 'Runtime Error', [[1, 'Accepted', 'Runtime Error', 5, 5, 900, 900]]);
    expect(classify(swapped, { ...none, rules: accepted(twoKinds) ?? [] }).class).toBe('differs');
  });

  it('are none where no rule could cover it', () => {
    const half = record('Accepted', 'Wrong Answer', [[1, 'Accepted', null, 5, null, 900, null]]);
    const slow = record('Accepted', 'Accepted', [[1, 'Accepted', 'Accepted', 5, 900, 900, 900]]);
    for (const of of [half, slow, record('Accepted', null, []), record('Pending', 'Accepted', [])]) {
      expect(accepted(of)).toBeUndefined();
    }
  });
});
