import { expect, it } from 'vitest';
import type { ScheduleOptions } from './schedule.js';
import { planChaos } from './schedule.js';

const options: ScheduleOptions = {
  seed: 7,
  submissions: 300,
  everyMs: 1200,
  faultEveryMs: 8000,
  maxFreezeMs: 60_000,
  restartsDocker: true,
};

it('makes the same schedule of the same seed, and another of another', () => {
  expect(planChaos(options)).toEqual(planChaos(options));
  expect(planChaos({ ...options, seed: 8 }).faults).not.toEqual(planChaos(options).faults);
});

it.each([1, 2, 3])('has every kind of fault in 300 submissions (seed %i)', (seed) => {
  const { faults, submissions } = planChaos({ ...options, seed });
  const kinds = new Set(
    faults.map(({ fault }) => (fault.kind === 'backend' ? fault.mode : `${fault.kind} ${fault.target}`)),
  );
  expect([...kinds].sort()).toEqual([
    'error-500',
    'freeze bridge',
    'freeze worker-a',
    'freeze worker-b',
    'kill bridge',
    'kill worker-a',
    'kill worker-b',
    'kill-container container',
    'lost-answer',
    'refused',
    'restart docker',
    'restart postgres',
    'restart rabbitmq',
    'restart temporal',
    'slow',
  ]);
  expect(submissions).toHaveLength(300);
  expect(new Set(submissions.map(({ program }) => program)).size).toBe(11);
});

it('leaves an engine that is not ours alone', () => {
  const { faults } = planChaos({ ...options, restartsDocker: false });
  expect(faults.filter(({ fault }) => fault.target === 'docker')).toEqual([]);
});

it('does not hit a target that has not recovered', () => {
  const { faults } = planChaos(options);
  for (const [index, { atMs, fault }] of faults.entries()) {
    const lastsMs = 'forMs' in fault ? fault.forMs : 'downMs' in fault ? fault.downMs : 0;
    const next = faults.slice(index + 1).find((other) => other.fault.target === fault.target);
    if (next !== undefined) expect(next.atMs).toBeGreaterThanOrEqual(atMs + lastsMs);
  }
});
