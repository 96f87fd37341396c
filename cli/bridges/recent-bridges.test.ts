import { expect, test } from 'vitest';
import { bridgeReport } from '../../test/fakes/bridge-report.js';
import { RecentBridges } from './recent-bridges.js';

test('the bridges of the latest look are known for a while, also those whose report cannot be read', () => {
  let now = 1_000;
  const recentBridges = new RecentBridges(() => now);
  expect(recentBridges.ids()).toBeUndefined();
  recentBridges.note({ reports: [bridgeReport({ id: 'a' })], unreadable: [{ id: 'b', why: 'no JSON' }] });
  // Nobody could be asked: that says nothing of who is there.
  recentBridges.note({ reports: [], unreadable: [], unavailableReason: 'an alarm' });
  expect(recentBridges.ids()).toEqual(new Set(['a', 'b']));
  now += 60_000;
  expect(recentBridges.ids()).toBeUndefined();
});
