import { expect, it } from 'vitest';
import type { CutoverPlan, CutoverStep, Gate } from './cutover-plan.js';
import { forecastGates } from './gate-forecast.js';

const day = 86_400_000;
const errors: Gate = { metric: 'system-error-rate', max: 0.01, minSamples: 100 };

function planOf(step: Partial<CutoverStep>): CutoverPlan {
  return {
    name: 'test',
    steps: [{ mode: 'router', share: 500, holdMs: 0, gates: [errors], manual: false, ...step }],
    onFail: 'pause',
    rollback: { mode: 'router', share: 0 },
    checkEveryMs: 1_000,
  };
}

it('says that 100 samples at 5 % are 2 000 submissions, and how long these take', () => {
  expect(forecastGates(planOf({}), 0, { submissions: 500, withinMs: day })).toEqual([
    { submissions: 2_000, ms: 4 * day },
  ]);
});

it.each([
  ['the gate that needs most decides', { gates: [errors, { ...errors, minSamples: 3 }] }, 0, 2_000],
  ['a gate on the load of workers needs none', { gates: [{ ...errors, metric: 'pool-wait' }] }, 0, 0],
  [
    'each submission counts for the longest wait',
    { gates: [{ ...errors, metric: 'oldest-message-age' }] },
    0,
    100,
  ],
  [
    'parity counts what is shadowed of the rest',
    { gates: [{ ...errors, metric: 'parity-mismatch-rate' }] },
    1_000,
    1_053,
  ],
  [
    'without shadow gradings parity never has samples',
    { gates: [{ ...errors, metric: 'parity-mismatch-rate' }] },
    0,
    Number.POSITIVE_INFINITY,
  ],
  ['who takes how much is not known where consumers compete', { mode: 'equal', share: 0 }, 0, null],
  ['no gates, nothing to wait for', { gates: [] }, 0, 0],
] as const)('%s', (_name, step, shadowShare, submissions) => {
  expect(forecastGates(planOf(step as Partial<CutoverStep>), shadowShare, undefined)[0]?.submissions).toBe(
    submissions,
  );
});

it('takes for ever where nobody submits', () => {
  expect(forecastGates(planOf({}), 0, { submissions: 0, withinMs: day })[0]?.ms).toBe(
    Number.POSITIVE_INFINITY,
  );
});
