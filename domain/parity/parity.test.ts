import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { Status } from '../judging/status.js';
import { classify, isMismatch, parityClasses } from './parity.js';
import type { ParityCriteria, ParityRule } from './parity-rules.js';
import { defaultCriteria, defaultTolerance } from './parity-rules.js';
import type { PackedTest, ShadowRecord } from './shadow-record.js';

const tests: readonly PackedTest[] = [
  [1, 'Accepted', 'Accepted', 20, 20, 3400, 3400],
  [2, 'Accepted', 'Accepted', 30, 30, 3400, 3400],
];

function record(changes: Partial<ShadowRecord> = {}): ShadowRecord {
  return {
    submissionId: 17,
    problemTitle: 'Sum',
    language: 'cpp',
    gradingMode: 'stdio',
    limits: { timeMs: 1000, memoryKb: 262_144 },
    theirs: { status: 'Accepted', score: 100, fingerprint: 'a' },
    ours: { verdict: 'Accepted', score: 100 },
    failure: null,
    tests,
    testsTotal: 2,
    ...changes,
  };
}

/** They time out in test 2 at 1003 ms, we accept it at 962 ms. */
const timedOut = record({
  theirs: { status: 'Time Limit Exceeded', score: 50, fingerprint: 'a' },
  tests: [tests[0] as PackedTest, [2, 'Time Limit Exceeded', 'Accepted', 1003, 962, 3400, 3410]],
});

const withRule = (rule: ParityRule): ParityCriteria => ({ ...defaultCriteria, rules: [rule] });
const classOf = (of: ShadowRecord, criteria = defaultCriteria) => classify(of, criteria).class;

describe('a shadow grading beside the stored result', () => {
  it('is equal where nothing differs, and where they have measured nothing', () => {
    expect(classOf(record())).toBe('equal');
    const unmeasured = record({ tests: [[1, 'Accepted', 'Accepted', 0, 700, 0, 90_000]], testsTotal: 1 });
    expect(classOf(unmeasured)).toBe('equal');
  });

  test.each([
    [[1, 'Accepted', 'Accepted', 20, 21, 3400, 3500], 'within-tolerance', null],
    // Twice as long but within 100 ms; far apart in ms but less than twice.
    [[1, 'Accepted', 'Accepted', 20, 110, 3400, 3400], 'within-tolerance', null],
    [[1, 'Accepted', 'Accepted', 900, 500, 3400, 3400], 'within-tolerance', null],
    [[1, 'Accepted', 'Accepted', 900, 400, 3400, 3400], 'differs', 'time'],
    [[1, 'Accepted', 'Accepted', 20, 20, 90_000, 40_000], 'differs', 'memory'],
  ] as const)('with test %j is %s (%s)', (one, kind, aspect) => {
    const found = classify(record({ tests: [one], testsTotal: 1 }), defaultCriteria);
    expect(found).toMatchObject({ class: kind, aspect });
    expect(isMismatch(found)).toBe(false);
  });

  it('differs by its verdict, and says in which test and how near to the limit', () => {
    const found = classify(timedOut, defaultCriteria);
    expect(found).toMatchObject({ class: 'differs', aspect: 'verdict', reason: 'test 2 (1 of 2)' });
    expect(found.test?.[0]).toBe(2);
    expect(found.margin?.of).toBe('time');
    expect(found.margin?.part).toBeCloseTo(0.038, 9);
    expect(isMismatch(found)).toBe(true);
  });

  it('is not near the limit where only the side that was stopped there is', () => {
    const [first] = tests;
    const fast: PackedTest = [2, 'Time Limit Exceeded', 'Accepted', 1003, 15, 3400, 3400];
    const found = { ...timedOut, tests: first === undefined ? [fast] : [first, fast] };
    expect(classify(found, defaultCriteria).margin?.part).toBeGreaterThan(0.9);
    const near: ParityRule = { theirs: ['Time Limit Exceeded'], within: 0.1, reason: 'busy host' };
    expect(classOf(found, withRule(near))).toBe('differs');
  });

  it('differs by a later test or the score alone', () => {
    const both = { status: 'Wrong Answer', score: 0, fingerprint: 'a' };
    const ours = { verdict: 'Wrong Answer', score: 50 };
    const later = record({
      theirs: both,
      ours,
      tests: [
        [1, 'Wrong Answer', 'Wrong Answer', 1, 1, 1, 1],
        [2, 'Wrong Answer', 'Accepted', 1, 1, 1, 1],
      ],
    });
    expect(classify(later, defaultCriteria)).toMatchObject({ class: 'differs', aspect: 'tests' });
    const score = record({ theirs: { status: 'Accepted', score: 90, fingerprint: 'a' } });
    expect(classify(score, defaultCriteria)).toMatchObject({ class: 'differs', aspect: 'score' });
  });

  it('lacks theirs without a verdict or without a row, unless the verdict differs too', () => {
    const missing: PackedTest = [2, null, 'Accepted', null, 30, null, 3400];
    const tests12 = [tests[0] as PackedTest, missing];
    expect(classify(record({ tests: tests12 }), defaultCriteria)).toMatchObject({
      class: 'theirs-missing',
      reason: 'they have no row for test 2 (1 of 2)',
    });
    expect(classOf(record({ theirs: { status: 'Pending', score: 0, fingerprint: 'a' } }))).toBe(
      'theirs-missing',
    );
    const wrong = { status: 'Wrong Answer', score: 50, fingerprint: 'a' };
    expect(classOf(record({ theirs: wrong, tests: tests12 }))).toBe('differs');
  });

  it('fails on our side without a verdict and with a System Error that they do not have', () => {
    const none = record({ ours: null, failure: 'the host is gone' });
    expect(classify(none, defaultCriteria)).toMatchObject({
      class: 'ours-failed',
      reason: 'the host is gone',
    });
    const systemError = { verdict: 'System Error', score: 0 };
    expect(classOf(record({ ours: systemError, tests: [] }))).toBe('ours-failed');
    const theirs = { status: 'System Error', score: 0, fingerprint: 'a' };
    expect(classOf(record({ ours: systemError, theirs, tests: [] }))).toBe('equal');
  });

  it('is ignored where a rule covers every difference, and only there', () => {
    const rule: ParityRule = { theirs: ['Time Limit Exceeded'], ours: ['Accepted'], reason: 'busy host' };
    expect(classify(timedOut, withRule(rule))).toMatchObject({ class: 'ignored', reason: 'busy host' });
    expect(classOf(timedOut, withRule({ ...rule, within: 0.04 }))).toBe('ignored');
    expect(classOf(timedOut, withRule({ ...rule, within: 0.03 }))).toBe('differs');
    expect(classOf(timedOut, withRule({ ...rule, language: 'python' }))).toBe('differs');
    const another: PackedTest = [1, 'Accepted', 'Runtime Error', 20, 20, 3400, 3400];
    const two = { ...timedOut, tests: [another, ...timedOut.tests.slice(1)] };
    expect(classOf(two, withRule(rule))).toBe('differs');
  });

  it('is ignored by the built-in rule where the Python worker misreads a crash in function mode', () => {
    const crashed = record({
      theirs: { status: 'Wrong Answer', score: 0, fingerprint: 'a' },
      ours: { verdict: 'Runtime Error', score: 0 },
      tests: [[1, 'Wrong Answer', 'Runtime Error', 0, 3, 0, 3400]],
      testsTotal: 1,
    });
    expect(classOf({ ...crashed, gradingMode: 'function' })).toBe('ignored');
    expect(classOf(crashed)).toBe('differs');
  });

  it('of so many tests that some that differ are not kept is never ignored', () => {
    const differing = { ...timedOut, tests: timedOut.tests.slice(1), testsTotal: 90 };
    expect(classOf(differing, withRule({ theirs: ['Time Limit Exceeded'], reason: 'x' }))).toBe('differs');
  });
});

describe('for every record', () => {
  const status = fc.constantFrom(...Object.values(Status));
  const amount = fc.option(fc.nat({ max: 5000 }));
  const packed = fc
    .tuple(fc.option(status), fc.option(status), amount, amount, amount, amount)
    .map((rest): Omit<PackedTest, 0> => rest as never);
  const records: fc.Arbitrary<ShadowRecord> = fc
    .record({
      theirs: fc.record({ status, score: fc.nat({ max: 100 }), fingerprint: fc.constant('a') }),
      ours: fc.option(fc.record({ verdict: status, score: fc.nat({ max: 100 }) })),
      all: fc.array(packed, { maxLength: 4 }),
      gradingMode: fc.constantFrom('stdio', 'function'),
    })
    .map(({ all, ...rest }) =>
      record({
        ...rest,
        tests: all.map((each, index) => [index + 1, ...(each as never as [])] as never as PackedTest),
        testsTotal: all.length,
      }),
    );

  it('there is one class, and it is a mismatch only where ours failed or the judgement differs', () => {
    fc.assert(
      fc.property(records, (each) => {
        const found = classify(each, defaultCriteria);
        expect(parityClasses).toContain(found.class);
        if (isMismatch(found)) expect(['differs', 'ours-failed']).toContain(found.class);
        if (found.class === 'equal' || found.class === 'within-tolerance') {
          expect(each.ours?.verdict).toBe(each.theirs.status);
          expect(each.ours?.score).toBe(each.theirs.score);
        }
      }),
    );
  });

  it('a result beside itself is equal, or has no verdict', () => {
    fc.assert(
      fc.property(records, (each) => {
        const same = each.tests
          .filter(([, theirStatus]) => theirStatus !== null)
          .map(([id, status, , ms, , kb]): PackedTest => [id, status, status, ms, ms, kb, kb]);
        const { status: verdict, score } = each.theirs;
        const twin = { ...each, ours: { verdict, score }, tests: same, testsTotal: same.length };
        const expected = verdict === 'Pending' || verdict === 'Running' ? 'theirs-missing' : 'equal';
        expect(classOf(twin)).toBe(expected);
      }),
    );
  });

  it('a wider tolerance and one more rule only ever move it towards agreement', () => {
    const wide = { timeMs: 1e6, timeFactor: 1e6, memoryKb: 1e9, memoryFactor: 1e6 };
    const anyRule: ParityRule = { reason: 'anything' };
    fc.assert(
      fc.property(records, (each) => {
        const before = classify(each, defaultCriteria);
        const tolerant = classify(each, { ...defaultCriteria, tolerance: wide });
        const isCost = before.aspect === 'time' || before.aspect === 'memory';
        expect(tolerant.class).toBe(isCost ? 'within-tolerance' : before.class);
        const rules = [...defaultCriteria.rules, anyRule];
        const ruled = classify(each, { tolerance: defaultTolerance, rules });
        if (ruled.class !== before.class) expect([before.class, ruled.class]).toEqual(['differs', 'ignored']);
      }),
    );
  });
});
