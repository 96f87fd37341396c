import { describe, expect, test } from 'vitest';
import { evaluateGate } from './cutover-gates.js';

const rate = { metric: 'system-error-rate', max: 0.01, minSamples: 50 } as const;
const age = { metric: 'oldest-message-age', max: 30_000, minSamples: 1 } as const;

describe('a gate', () => {
  test.each([
    [rate, { value: 0, samples: 50 }, 'pass', 'system-error-rate 0 % ≤ 1 % (50 of 50 required)'],
    [rate, { value: 0.01, samples: 90 }, 'pass', 'system-error-rate 1 % ≤ 1 % (90 of 50 required)'],
    [rate, { value: 0.02, samples: 50 }, 'fail', 'system-error-rate 2 % > 1 % (50 of 50 required)'],
    [age, { value: 31_500, samples: 3 }, 'fail', 'oldest-message-age 31.5 s > 30 s (3 of 1 required)'],
    [age, { value: 900, samples: 1 }, 'pass', 'oldest-message-age 900 ms ≤ 30 s (1 of 1 required)'],
  ] as const)('%o with %o: %s', (gate, measured, outcome, text) => {
    expect(evaluateGate(gate, measured)).toEqual({ gate, outcome, text });
  });

  test.each([
    [{ value: 0, samples: 49 }, 'system-error-rate 0 %, limit 1 % (49 of 50 required)'],
    [{ value: undefined, samples: 0 }, 'system-error-rate not measured, limit 1 % (0 of 50 required)'],
    [undefined, 'system-error-rate not measured, limit 1 % (0 of 50 required)'],
  ])('has not enough data with %o, and does not pass', (measured, text) => {
    expect(evaluateGate(rate, measured)).toEqual({ gate: rate, outcome: 'not-enough-data', text });
  });

  test('that cannot be measured says why, and does not pass', () => {
    expect(evaluateGate(rate, { value: undefined, samples: 0, unmeasurable: 'connection refused' })).toEqual({
      gate: rate,
      outcome: 'unmeasurable',
      text: 'system-error-rate cannot be measured: connection refused',
    });
  });

  test('does not fail on a few bad samples either', () => {
    expect(evaluateGate(rate, { value: 1, samples: 2 }).outcome).toBe('not-enough-data');
  });
});
