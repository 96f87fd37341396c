import { expect, test } from 'vitest';
import { bridgeReport } from '../../test/fakes/bridge-report.js';
import { ledgerOf } from './bridge-report.js';

const report = bridgeReport({ joined: 2 });

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
