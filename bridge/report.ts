import type { BridgeControl } from '../domain/cutover/bridge-control.js';
import type { BridgeReport } from '../domain/cutover/bridge-report.js';
import type { State } from './bridge-state.js';
import { sessionOf, shownState, unavailableReason } from './bridge-state.js';
import type { Lifecycle } from './lifecycle.js';
import type { MessageCounters } from './message-counters.js';

/** A message in flight for longer is a stall: starts and confirms take milliseconds, or fail. */
const stallMs = 10_000;

/** What the bridge says of itself. */
export function bridgeReport(
  id: string,
  lifecycle: Pick<Lifecycle, 'state' | 'since'>,
  setting: BridgeControl,
  failOpenMs: number | undefined,
  counters: Pick<MessageCounters, 'counts' | 'refusal'>,
): BridgeReport {
  const state = lifecycle.state();
  const shown = shownState(state);
  const oldestInFlightMs = oldestMs(state);
  const isStalled = oldestInFlightMs > stallMs;
  const refused = counters.refusal();
  const stalled = `a message has been in flight for ${Math.round(oldestInFlightMs / 1000)} s`;
  // That a message waits follows from the others, such as an alarm of the broker, and names no cause.
  const reasons = [unavailableReason(state) ?? refused, isStalled ? stalled : undefined].filter(
    (reason) => reason !== undefined,
  );
  const { version, mode, share, salt } = setting;
  return {
    id,
    state: shown,
    isHealthy: ['consuming', 'off', 'full'].includes(shown) && !isStalled && refused === undefined,
    since: lifecycle.since().toISOString(),
    unavailableReason: reasons.length === 0 ? undefined : reasons.join('; '),
    control: { version, mode, share, salt },
    failOpenMs,
    inFlight: sessionOf(state)?.inFlight() ?? 0,
    oldestInFlightMs,
    ...counters.counts(),
  };
}

function oldestMs(state: State): number {
  const since = sessionOf(state)?.oldestSince();
  return since === undefined ? 0 : performance.now() - since;
}
