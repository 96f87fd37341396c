import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { projectRoot } from '../../devstack/project-root.js';
import { loadPlan, parsePlan } from './load-plan.js';

const samples = join(projectRoot, 'docs/cutover-plans');

describe('a cutover plan', () => {
  test.each(readdirSync(samples))('of the samples, %s, can be started', (file) => {
    expect(loadPlan(join(samples, file)).steps.length).toBeGreaterThan(0);
  });

  test('is read into steps with shares, durations and limits', () => {
    const plan = parsePlan(
      `name: small
steps:
  - share: 12.5%
    hold: 90s
    gates: [{ metric: system-error-rate, max: 0.5%, samples: 100 }, { metric: pool-wait, max: 30s }]
  - { mode: primary, hold: 1h, manual: true }`,
      'small.yaml',
    );
    expect(plan).toEqual({
      name: 'small',
      onFail: 'rollback',
      onUnmeasurable: 'rollback',
      unmeasurableAfterMs: 300_000,
      checkEveryMs: 15_000,
      rollback: { mode: 'router', share: 0 },
      steps: [
        {
          mode: 'router',
          share: 1_250,
          holdMs: 90_000,
          manual: false,
          gates: [
            { metric: 'system-error-rate', max: 0.005, minSamples: 100 },
            { metric: 'pool-wait', max: 30_000, minSamples: 1 },
          ],
        },
        { mode: 'primary', share: 0, holdMs: 3_600_000, manual: true, gates: [] },
      ],
    });
  });

  test.each([
    ['', /the plan: /],
    ['name: [', /is not YAML/],
    ['name: x', /steps: a list of steps is wanted/],
    ['name: x\nsteps: []', /steps: at least one step is wanted/],
    ['name: x\nsteps: [{ share: 101%, hold: 1m }]', /steps\.0\.share: expected a share from 0% to 100%/],
    ['name: x\nsteps: [{ share: 1%, hold: soon }]', /steps\.0\.hold: a duration/],
    ['name: x\nsteps: [{ mode: equal, share: 5%, hold: 1m }]', /steps\.0\.share: mode equal has no share/],
    ['name: x\nsteps: [{ hold: 1m }]', /steps\.0\.share: mode router needs a share/],
    ['name: x\nsteps: [{ share: 1%, hold: 1m, gate: [] }]', /steps\.0: .*gate/],
    ['name: x\nsteps: [{ share: 1%, hold: 1m, gates: [{ metric: luck, max: 1% }] }]', /gates\.0\.metric: /],
    [
      'name: x\nsteps: [{ share: 1%, hold: 1m, gates: [{ metric: pool-wait, max: 1% }] }]',
      /max: expected a duration such as 30s for pool-wait/,
    ],
  ])('that is wrong is refused as a whole: %j', (source, message) => {
    expect(() => parsePlan(source, 'x.yaml')).toThrow(message);
  });

  test('tells every mistake at once', () => {
    const source = 'name: x\nsteps: [{ share: 101%, hold: soon }]';
    expect(() => parsePlan(source, 'x.yaml')).toThrow(/share: [\s\S]*hold: /);
  });
});
