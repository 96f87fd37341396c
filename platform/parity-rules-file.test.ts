import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, test } from 'vitest';
import { defaultCriteria, functionModeRule } from '../domain/parity/parity-rules.js';
import { loadParityCriteria, parseParityCriteria } from './parity-rules-file.js';
import { SettingsError } from './settings/settings-error.js';

describe('a file of parity rules', () => {
  it('adds to the built-in rules, and leaves the other tolerances as they are', () => {
    const source = `
tolerance: { time: 250ms, memory-factor: 2 }
rules:
  - { legacy: Time Limit Exceeded, ours: [Accepted, Wrong Answer], within: 7.5%, mode: stdio, reason: busy host }`;
    expect(parseParityCriteria(source, 'rules.yaml')).toEqual({
      tolerance: { timeMs: 250, timeFactor: 2, memoryKb: 4096, memoryFactor: 2 },
      rules: [
        functionModeRule,
        {
          theirs: ['Time Limit Exceeded'],
          ours: ['Accepted', 'Wrong Answer'],
          within: 0.075,
          mode: 'stdio',
          reason: 'busy host',
        },
      ],
    });
  });

  it('of the documentation has the built-in tolerances, and an empty one changes nothing', () => {
    const sample = join(fileURLToPath(new URL('..', import.meta.url)), 'docs/parity-rules.yaml');
    const { tolerance, rules } = loadParityCriteria(sample);
    expect(tolerance).toEqual(defaultCriteria.tolerance);
    expect(rules.length).toBeGreaterThan(1);
    expect(parseParityCriteria('', 'rules.yaml')).toEqual(defaultCriteria);
    expect(loadParityCriteria(undefined)).toEqual(defaultCriteria);
  });

  test.each([
    ['rules: [', /is not YAML/],
    ['rules: [{ legacy: TLE, ours: Accepted, reason: x }]', /rules\.0\.legacy/],
    ['rules: [{ reason: x }]', /rules\.0: say at least one of legacy and ours/],
    ['rules: [{ legacy: Accepted }]', /rules\.0\.reason/],
    ['rules: [{ legacy: Accepted, within: near, reason: x }]', /rules\.0\.within: a part of the limit/],
    ['tolerance: { time: 5 }', /tolerance\.time/],
    ['tolerances: {}', /tolerances/],
  ])('that is wrong is refused: %s', (source, message) => {
    expect(() => parseParityCriteria(source, 'rules.yaml')).toThrow(message);
  });

  it('that is not there is named, with the setting that names it', () => {
    expect(() => loadParityCriteria('/nowhere/rules.yaml')).toThrow(
      /\/nowhere\/rules\.yaml \(PARITY_RULES\)/,
    );
    expect(() => loadParityCriteria('/nowhere/rules.yaml')).toThrow(SettingsError);
  });
});
