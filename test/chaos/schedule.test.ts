import { expect, it } from 'vitest';
import { chosenKinds, faultKind, faultKinds } from './faults/index.js';
import type { ScheduleOptions } from './schedule.js';
import { planChaos } from './schedule.js';

const able = { 'an engine of its own': true, 'root, to mount': true, libfaketime: true };
const options: ScheduleOptions = {
  seed: 7,
  submissions: 300,
  everyMs: 1200,
  faultEveryMs: 4000,
  maxFaultMs: 60_000,
  kinds: faultKinds,
};

it('makes the same schedule of the same seed, and another of another', () => {
  expect(planChaos(options)).toEqual(planChaos(options));
  expect(planChaos({ ...options, seed: 8 }).faults).not.toEqual(planChaos(options).faults);
});

it.each([1, 2, 3])('has every kind of fault in 300 submissions (seed %i)', (seed) => {
  const { faults, submissions } = planChaos({ ...options, seed });
  const missing = faultKinds.filter(({ kind }) => !faults.some(({ fault }) => fault.kind === kind));
  expect(missing.map(({ kind }) => kind)).toEqual([]);
  expect(submissions).toHaveLength(300);
  expect(new Set(submissions.map(({ program }) => program)).size).toBe(11);
});

it('publishes every fifth submission more again, up to four times', () => {
  const { regrades } = planChaos(options);
  expect(regrades).toHaveLength(60);
  expect(new Set(regrades.map(({ gapsMs }) => gapsMs.length))).toEqual(new Set([1, 2, 3, 4]));
});

it('leaves what the machine does not allow alone, and tells it', () => {
  const { kinds, leftOut } = chosenKinds({ ...able, 'an engine of its own': false }, []);
  expect(leftOut.map(({ kind }) => kind)).toEqual(['restart docker']);
  expect(kinds).toHaveLength(faultKinds.length - 1);
});

it('draws from the families and kinds it is asked for, and knows no other', () => {
  const { kinds } = chosenKinds(able, ['temporal', 'backend login page']);
  expect(kinds.map(({ kind }) => kind)).toEqual([
    'namespace deleted',
    'Temporal empty',
    'backend login page',
  ]);
  expect(() => chosenKinds(able, ['gremlins'])).toThrow('There is no fault "gremlins"');
});

it('does not hit a target that has not recovered', () => {
  const { faults } = planChaos(options);
  const targetOf = (kind: string) => faultKind(kind).target;
  for (const [index, { atMs, fault }] of faults.entries()) {
    const next = faults.slice(index + 1).find((other) => targetOf(other.fault.kind) === targetOf(fault.kind));
    if (next !== undefined) expect(next.atMs).toBeGreaterThanOrEqual(atMs + fault.forMs);
  }
});
