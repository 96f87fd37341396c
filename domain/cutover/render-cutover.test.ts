import { expect, test } from 'vitest';
import type { CutoverStatus } from './cutover-run.js';
import { holdProgress } from './render-cutover.js';

const steps = [{ mode: 'router', share: 100, holdMs: 600_000, gates: [], manual: false }];
const at = (phase: string, stepSince: string) =>
  holdProgress(
    { plan: { steps }, step: 0, phase, stepSince } as unknown as CutoverStatus,
    new Date('2026-01-01T00:08:00Z'),
  );

test('a step that is held says how far it has come and what is left', () => {
  expect(at('holding', '2026-01-01T00:00:00Z')).toEqual({ part: 0.8, left: '2 min left' });
  expect(at('waiting-for-data', '2025-12-31T23:00:00Z')).toEqual({ part: 1, left: 'held long enough' });
  expect(at('holding', '2026-01-01T00:08:01Z')).toMatchObject({ part: 0 });
});

test.each(['paused', 'aborted', 'completed'])('a plan that is %s holds nothing', (phase) =>
  expect(at(phase, '2026-01-01T00:00:00Z')).toBeUndefined(),
);
