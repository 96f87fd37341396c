import { MockActivityEnvironment } from '@temporalio/testing';
import { describe, expect, it } from 'vitest';
import { ControlConflictError } from '../domain/cutover/control-conflict-error.js';
import { failure } from '../test/fakes/activity-runs.js';
import type { FakeCutover } from '../test/fakes/fake-cutover.js';
import { fakeCutover } from '../test/fakes/fake-cutover.js';
import type { CutoverActivities, CutoverDependencies } from './cutover.js';
import { createCutoverActivities } from './cutover.js';

const change = {
  mode: 'router',
  share: 100,
  salt: 's',
  by: 'alice',
  why: 'step 1',
  cutover: 'plan',
} as const;
const theirs = { mode: 'off', share: 0, salt: 's', by: 'bob', why: 'lunch' } as const;

function run<Name extends keyof CutoverActivities>(
  deps: CutoverDependencies,
  name: Name,
  input: Parameters<CutoverActivities[Name]>[0],
): Promise<Awaited<ReturnType<CutoverActivities[Name]>>> {
  const activities = createCutoverActivities(deps);
  return new MockActivityEnvironment({ activityType: name }).run(activities[name] as never, input as never);
}

function refusing(platform: FakeCutover, error: Error): CutoverDependencies {
  const control = platform.deps.control('q');
  return { ...platform.deps, control: () => ({ ...control, follow: () => Promise.reject(error) }) };
}

describe('setControl', () => {
  const follow = { queue: 'q', known: 0, change } as const;

  it('makes the next version', async () => {
    const platform = fakeCutover();
    expect(await run(platform.deps, 'setControl', follow)).toEqual({ kind: 'set', version: 1 });
    expect(platform.controls).toMatchObject([change]);
  });

  it('tells what somebody else has set, whatever the refusal is called', async () => {
    const platform = fakeCutover();
    const newest = platform.tell(theirs);
    const renamed = Object.defineProperty(new ControlConflictError('set'), 'name', { value: 'Renamed' });
    for (const refusal of [new ControlConflictError('set'), renamed]) {
      expect(await run(refusing(platform, refusal), 'setControl', follow)).toEqual({
        kind: 'conflict',
        newest,
      });
    }
  });

  it('knows its own version by what it says: an attempt whose answer was lost', async () => {
    const platform = fakeCutover();
    platform.tell(change);
    expect(await run(platform.deps, 'setControl', follow)).toEqual({ kind: 'set', version: 1 });
  });

  it('is tried again where nothing newer can be seen yet', async () => {
    const deps = refusing(fakeCutover(), new ControlConflictError('set'));
    expect(await failure(run(deps, 'setControl', follow))).toMatchObject({ nonRetryable: false });
  });

  it('takes no other error for a conflict, even if it is called like that', async () => {
    const platform = fakeCutover();
    platform.tell(theirs);
    const impostor = Object.defineProperty(new Error('down'), 'name', { value: 'ControlConflictError' });
    const deps = refusing(platform, impostor);
    expect(await failure(run(deps, 'setControl', follow))).toMatchObject({ type: 'Infrastructure' });
  });

  it('sets a rollback whatever the newest version is', async () => {
    const platform = fakeCutover();
    platform.tell(theirs);
    expect(await run(platform.deps, 'setControl', { ...follow, known: 'any' })).toEqual({
      kind: 'set',
      version: 2,
    });
  });
});

describe('trouble of the platform', () => {
  const down = () => Promise.reject(new Error('down'));
  const deps: CutoverDependencies = {
    control: () => ({ newest: down, follow: down, set: down }),
    reports: down,
    measure: down,
  };

  it.each([
    ['newestControl', { queue: 'q' }],
    ['setControl', { queue: 'q', known: 0, change }],
    ['setControl', { queue: 'q', known: 'any', change }],
  ] as const)('makes %s fail as every other activity does, and is retried', async (name, input) => {
    expect(await failure(run(deps, name, input))).toMatchObject({
      type: 'Infrastructure',
      nonRetryable: false,
      message: 'down',
    });
  });

  it('makes a look say what cannot be measured, and why', async () => {
    const look = { queue: 'q', metrics: ['pool-wait'], since: new Date(0).toISOString() } as const;
    expect(await run(deps, 'observe', look)).toEqual({
      measurements: { 'pool-wait': { value: undefined, samples: 0, unmeasurable: 'down' } },
      reports: [],
      reportsUnavailable: 'down',
    });
  });

  it('of one service spoils nothing that the others say', async () => {
    const measured = { 'pool-wait': { value: 1, samples: 1 } };
    const look = { queue: 'q', metrics: ['pool-wait'], since: new Date(0).toISOString() } as const;
    const answer = await run({ ...deps, measure: async () => measured }, 'observe', look);
    expect(answer).toMatchObject({ measurements: measured, reportsUnavailable: 'down' });
  });
});
