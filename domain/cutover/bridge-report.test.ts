import { expect, test } from 'vitest';
import type { BridgeReport } from './bridge-report.js';
import { ledgerOf } from './bridge-report.js';

const report: BridgeReport = {
  id: 'a',
  state: 'consuming',
  isHealthy: true,
  since: '2026-01-01T00:00:00.000Z',
  unavailableReason: undefined,
  control: { version: 1, mode: 'router', share: 2_500, salt: 's' },
  failOpenMs: undefined,
  inFlight: 2,
  oldestInFlightMs: 1,
  received: 20,
  givenBack: 3,
  started: 4,
  joined: 2,
  forwarded: 8,
  failedOpen: 0,
  quarantined: 1,
  held: 0,
};

test('the books balance when all that was consumed was started, forwarded or quarantined, or is in flight', () => {
  const ledger = ledgerOf([report, report]);
  expect(ledger).toEqual({
    consumed: 34,
    inFlight: 4,
    started: 12,
    forwarded: 16,
    quarantined: 2,
    isBalanced: true,
  });
});

test('one message that nothing became of shows', () => {
  expect(ledgerOf([report, { ...report, received: 21 }]).isBalanced).toBe(false);
});
