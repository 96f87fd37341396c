import type { BridgeReport } from '../domain/bridge-report.js';
import { shareSteps } from '../domain/share.js';

/** The report in Prometheus' text form. */
export function renderMetrics(report: BridgeReport): string {
  const { control } = report;
  const lines = [
    ['gauge', 'grading_bridge_healthy', '', report.isHealthy ? 1 : 0],
    ['gauge', 'grading_bridge_state', `{state="${report.state}",mode="${control.mode}"}`, 1],
    ['gauge', 'grading_bridge_share', '', control.share / shareSteps],
    ['gauge', 'grading_bridge_control_version', '', control.version],
    ['gauge', 'grading_bridge_fail_open', '', report.failOpenMs === undefined ? 0 : 1],
    ['gauge', 'grading_bridge_in_hand', '', report.inFlight],
    ['gauge', 'grading_bridge_oldest_in_hand_seconds', '', report.oldestInHandMs / 1000],
    ['counter', 'grading_bridge_received_total', '', report.received],
    ['counter', 'grading_bridge_given_back_total', '', report.givenBack],
    ['counter', 'grading_bridge_started_total', '', report.started],
    ['counter', 'grading_bridge_joined_total', '', report.joined],
    ['counter', 'grading_bridge_already_graded_total', '', report.alreadyGraded],
    ['counter', 'grading_bridge_forwarded_total', '', report.forwarded],
    ['counter', 'grading_bridge_failed_open_total', '', report.failedOpen],
    ['counter', 'grading_bridge_quarantined_total', '', report.quarantined],
  ] as const;
  return lines
    .map(([type, name, labels, value]) => `# TYPE ${name} ${type}\n${name}${labels} ${value}\n`)
    .join('');
}
