import { expect, test } from 'vitest';
import type { BridgeControl } from '../domain/cutover/bridge-control.js';
import { createLogger } from '../platform/process/logger.js';
import type { State } from './bridge-state.js';
import { createMessageCounters } from './message-counters.js';
import { bridgeReport } from './report.js';
import type { Session } from './session.js';

const setting: BridgeControl = {
  ...{ mode: 'router', share: 5000, salt: 's', version: 1 },
  ...{ at: '2026-01-01T00:00:00.000Z', by: 'alice', why: 'half' },
};
/** With a message that came two minutes ago. */
const session = {
  inFlight: () => 7,
  oldestSince: () => performance.now() - 120_000,
} as Partial<Session> as Session;
const counters = createMessageCounters(createLogger({ name: 'test', level: 'silent', format: 'json' }));

function reportOf(state: State, refusal?: string) {
  const lifecycle = { state: () => state, since: () => new Date(0) };
  return bridgeReport('b', lifecycle, setting, undefined, { ...counters, refusal: () => refusal });
}

test('an alarm of a broker stays the reason once messages have waited for it', () => {
  const why = 'the broker blocks publishing: that of the legacy workers, low on disk';
  expect(reportOf({ kind: 'blocked', session, why })).toMatchObject({
    isHealthy: false,
    unavailableReason: `${why}; a message has been in flight for 120 s`,
  });
});

test('a message that waits too long is a reason of its own, beside a queue that takes none', () => {
  const waits = 'a message has been in flight for 120 s';
  expect(reportOf({ kind: 'consuming', session })).toMatchObject({
    isHealthy: false,
    unavailableReason: waits,
  });
  expect(reportOf({ kind: 'consuming', session }, 'q.legacy is full').unavailableReason).toBe(
    `q.legacy is full; ${waits}`,
  );
});
