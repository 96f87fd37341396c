import { describe, expect, test } from 'vitest';
import type { GateOutcome, GateResult } from './cutover-gates.js';
import type { CutoverStep } from './cutover-plan.js';
import { stepVerdict, unmeasurableVerdict } from './step-verdict.js';

const since = '2026-01-01T00:00:00.000Z';
const step: CutoverStep = { mode: 'router', share: 2_500, holdMs: 90_000, gates: [], manual: false };

const gate = (outcome: GateOutcome): GateResult => ({
  gate: { metric: 'pool-wait', max: 1, minSamples: 1 },
  outcome,
  text: `a gate: ${outcome}`,
});

describe('a held step', () => {
  test.each([false, true])('fails with its gate, at any time (held: %s)', (isHeld) => {
    const gates = [gate('pass'), gate('not-enough-data'), gate('fail')];
    expect(stepVerdict({ ...step, manual: true }, gates, isHeld, since)).toEqual({
      kind: 'failed',
      evidence: ['a gate: fail'],
    });
  });

  test('does not pass before the end of its hold', () => {
    expect(stepVerdict(step, [gate('pass')], false, since)).toEqual({
      kind: 'waiting',
      phase: 'holding',
      waitsFor: 'the end of the hold of 90 s, begun 2026-01-01 00:00:00Z',
    });
  });

  test('never passes without enough data', () => {
    expect(
      stepVerdict({ ...step, manual: true }, [gate('pass'), gate('not-enough-data')], true, since),
    ).toEqual({
      kind: 'waiting',
      phase: 'waiting-for-data',
      waitsFor: 'a gate: not-enough-data',
    });
  });

  test('waits for a person where the plan says so', () => {
    expect(stepVerdict({ ...step, manual: true }, [gate('pass')], true, since)).toMatchObject({
      kind: 'waiting',
      phase: 'waiting-for-promotion',
    });
  });

  test.each([[[]], [[gate('pass')]]])('passes when every gate does, and without any: %o', (gates) => {
    expect(stepVerdict(step, gates, true, since)).toEqual({ kind: 'passed', what: 'passed router 25 %' });
  });
});

describe('a gate that cannot be measured', () => {
  test('keeps a held step waiting', () => {
    expect(stepVerdict(step, [gate('pass'), gate('unmeasurable')], true, since)).toEqual({
      kind: 'waiting',
      phase: 'waiting-for-data',
      waitsFor: 'a gate: unmeasurable',
    });
  });

  test.each([
    [{}, 299_999, false],
    [{}, 300_000, true],
    [{ unmeasurableAfterMs: 0 }, 0, true],
    [{ unmeasurableAfterMs: 600_000 }, 300_000, false],
  ])('fails the step once that has lasted: %o after %i ms: %s', (plan, lastedMs, fails) => {
    const verdict = unmeasurableVerdict(plan, ['pool-wait: down'], since, Date.parse(since) + lastedMs);
    expect(verdict).toEqual(
      fails
        ? { kind: 'failed', evidence: [`not measurable for ${lastedMs / 1000} s: pool-wait: down`] }
        : undefined,
    );
  });
});
