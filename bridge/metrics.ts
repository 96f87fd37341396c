import { bridgeModes } from '../domain/cutover/bridge-control.js';
import type { BridgeReport } from '../domain/cutover/bridge-report.js';
import { bridgeStates } from '../domain/cutover/bridge-report.js';
import { shareSteps } from '../domain/grading/share.js';
import { registerProcessMetrics } from '../platform/process/metrics/process-metrics.js';
import type { Registry } from '../platform/process/metrics/registry.js';
import { createRegistry } from '../platform/process/metrics/registry.js';

/** What the bridge knows beyond its report. */
export interface BridgeReadings {
  readonly report: () => BridgeReport;
  /** Gradings that wait for a worker or a container; asked for in the modes that compete. */
  readonly backlog: () => number;
}

/** The metrics of a bridge, each read from its report at the scrape. */
export function createBridgeMetrics({ report, backlog }: BridgeReadings): Registry {
  const registry = createRegistry();
  registerProcessMetrics(registry);
  const gauge = (name: string, help: string, read: (now: BridgeReport) => number) =>
    registry.gauge({ name: `grader_bridge_${name}`, help }, () => read(report()));
  const total = (name: string, help: string, read: (now: BridgeReport) => number) =>
    registry.total({ name: `grader_bridge_${name}_total`, help }, () => read(report()));

  gauge('healthy', 'Whether the bridge does its work; what /readyz answers.', (now) => bit(now.isHealthy));
  registry.gauges(
    { name: 'grader_bridge_state', help: 'The state it is in has 1.', labels: { state: bridgeStates } },
    ({ state }) => bit(report().state === state),
  );
  registry.gauges(
    { name: 'grader_bridge_mode', help: 'The mode it obeys has 1.', labels: { mode: bridgeModes } },
    ({ mode }) => bit(report().control.mode === mode),
  );
  gauge(
    'share_ratio',
    'Share of the submissions in the modes paced and router, 0 to 1.',
    (now) => now.control.share / shareSteps,
  );
  gauge('control_version', 'Version of the setting it obeys.', (now) => now.control.version);
  gauge('fail_open', 'Whether everything goes to the legacy workers since Temporal is silent.', (now) =>
    bit(now.failOpenMs !== undefined),
  );
  gauge('in_flight', 'Messages taken and not yet settled.', (now) => now.inFlight);
  gauge(
    'oldest_in_flight_seconds',
    'How long the oldest message has been in flight; above 10 is a stall.',
    (now) => now.oldestInFlightMs / 1000,
  );
  registry.gauge(
    {
      name: 'grader_bridge_backlog',
      help: 'Gradings that wait for a worker or a container; 0 in the modes off and router.',
    },
    backlog,
  );

  total('messages_consumed', 'Messages delivered to the bridge.', (now) => now.received);
  total('messages_given_back', 'Messages that went back to the queue unsettled.', (now) => now.givenBack);
  total('gradings_started', 'Messages whose grading was started.', (now) => now.started);
  total(
    'gradings_joined',
    'Messages whose grading ran already: it looks at the submission again.',
    (now) => now.joined,
  );
  total('messages_forwarded', "Messages sent on to the legacy workers' queue.", (now) => now.forwarded);
  total(
    'messages_failed_open',
    'Of the forwarded ones, those in our share: Temporal was out of reach.',
    (now) => now.failedOpen,
  );
  total(
    'messages_quarantined',
    'Messages that cannot be graded, kept in the quarantine queue.',
    (now) => now.quarantined,
  );
  total(
    'holds',
    'Times that consuming stopped since Temporal or the database did not answer.',
    (now) => now.held,
  );
  return registry;
}

function bit(value: boolean): 0 | 1 {
  return value ? 1 : 0;
}
