import { expect, it } from 'vitest';
import { reportEffects } from './effects.js';
import type { Effect } from './timeline.js';

const killed: Effect = {
  kind: 'kill bridge',
  from: 0,
  to: 1,
  gradings: 2,
  messages: 3,
  recoveryMs: 1_500,
  allMs: 4_000,
  isShared: false,
};

it('names the kinds that met no grading', () => {
  const missed = { ...killed, kind: 'restart temporal', gradings: 0 };
  expect(reportEffects([killed, missed]).metNothing).toEqual(['restart temporal']);
  expect(reportEffects([missed, { ...missed, gradings: 1 }]).metNothing).toEqual([]);
});

it('takes messages for met where the broker is what fails', () => {
  expect(reportEffects([{ ...killed, kind: 'broker alarm, memory', gradings: 0 }]).metNothing).toEqual([]);
});

it('shows the longest of each kind and names those past a minute', () => {
  const slow = { ...killed, recoveryMs: 61_000 };
  const { table, tooSlow } = reportEffects([killed, slow]);
  expect(table).toContain('61.0 s');
  expect(tooSlow).toEqual(['kill bridge: 61.0 s']);
});
