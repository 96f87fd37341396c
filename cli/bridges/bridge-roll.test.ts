import { expect, test } from 'vitest';
import { bridgeReport } from '../../test/fakes/bridge-report.js';
import { BridgeRoll } from './bridge-roll.js';

test('the bridges of the latest look are known for a while, also those whose report cannot be read', () => {
  let now = 1_000;
  const roll = new BridgeRoll(() => now);
  expect(roll.recent()).toBeUndefined();
  roll.note({ reports: [bridgeReport({ id: 'a' })], unreadable: [{ id: 'b', why: 'no JSON' }] });
  // Nobody could be asked: that says nothing of who is there.
  roll.note({ reports: [], unreadable: [], unavailableReason: 'an alarm' });
  expect(roll.recent()).toEqual(new Set(['a', 'b']));
  now += 60_000;
  expect(roll.recent()).toBeUndefined();
});
