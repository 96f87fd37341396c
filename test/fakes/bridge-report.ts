import type { BridgeReport } from '../../domain/cutover/bridge-report.js';

/** Of a bridge that routes a quarter of the queue and is well. */
export function bridgeReport(changes: Partial<BridgeReport> = {}): BridgeReport {
  return {
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
    joined: 1,
    forwarded: 8,
    failedOpen: 0,
    quarantined: 1,
    held: 0,
    ...changes,
  };
}
