import { expect, it } from 'vitest';
import type { CutoverStatus } from '../domain/cutover/cutover-run.js';
import { cutoverMemo, cutoverPage } from './cutover-page.js';

const gate = { metric: 'system-error-rate', max: 0.01, minSamples: 10 } as const;
const step = { mode: 'router', holdMs: 60_000, gates: [gate], manual: false } as const;
const status: CutoverStatus = {
  step: 1,
  phase: 'holding',
  stepSince: '2026-03-01T08:00:00.000Z',
  version: 12,
  base: [],
  events: [
    {
      at: '2026-03-01T07:00:00.000Z',
      by: 'alice',
      what: 'started plan autumn',
      why: 'a *new* term',
      evidence: [],
    },
    {
      at: '2026-03-01T08:00:00.000Z',
      by: 'cutover',
      what: 'set router 50 %',
      why: 'step 2',
      evidence: ['pass: x'],
    },
  ],
  plan: {
    name: 'autumn',
    steps: [
      { ...step, share: 100 },
      { ...step, share: 5_000 },
    ],
    onFail: 'rollback',
    rollback: { mode: 'router', share: 0 },
    checkEveryMs: 1_000,
  },
  gates: [{ gate, outcome: 'pass', text: 'system-error-rate 0 % ≤ 1 % (12 of 10 required)' }],
  observed: { ours: 51, total: 100 },
  waitsFor: 'the end of the hold',
};

it('shows share, gates, what happened on what evidence, and links', () => {
  const page = cutoverPage(status, { namespace: 'grading', queue: 'grading_queue' });
  expect(page.split('\n')).toEqual([
    '**plan autumn: holding, step 2 of 2**',
    '',
    'desired: router 50 %, observed: 51.00 % of 100',
    '',
    '- ✓ router 1 %, hold 60 s, 1 gate(s)',
    '- ▶ router 50 %, hold 60 s, 1 gate(s)',
    '- gate pass: system-error-rate 0 % ≤ 1 % (12 of 10 required)',
    '',
    'waits for: the end of the hold',
    '',
    '**What happened, latest first**',
    '',
    '- 2026-03-01T08:00:00Z cutover: set router 50 % (step 2)',
    '    - pass: x',
    '- 2026-03-01T07:00:00Z alice: started plan autumn (a \\*new\\* term)',
    '',
    expect.stringContaining(
      '[setting 12](/namespaces/grading/workflows/bridge-control-grading_queue-12) · [gradings since]',
    ),
  ]);
  expect(page).not.toMatch(/\(undefined|\(null/);
});

it('keeps the same in the memo, within bounds', () => {
  const events = Array.from({ length: 300 }, () => ({ ...status.events[0], why: 'x'.repeat(5_000) }));
  const memo = cutoverMemo({ ...status, events: events as unknown as CutoverStatus['events'] });
  expect(memo[0]).toBe('plan autumn: holding, step 2 of 2');
  expect(memo.join('\n').length).toBeLessThan(8_000);
});

it('marks no step of a plan that was aborted as the one that is wanted', () => {
  const page = cutoverPage({ ...status, phase: 'aborted' }, { namespace: 'grading', queue: 'grading_queue' });
  expect(page).not.toMatch(/▶|desired/);
  expect(page).toContain('observed: 51.00 % of 100');
});
