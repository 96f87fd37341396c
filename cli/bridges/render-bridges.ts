import type { BridgeControl } from '../../domain/cutover/bridge-control.js';
import { describeSetting } from '../../domain/cutover/bridge-control.js';
import type { BridgeReport } from '../../domain/cutover/bridge-report.js';
import { ledgerOf, noBridgeAnswers, observedShare } from '../../domain/cutover/bridge-report.js';
import { formatShare } from '../../domain/grading/share.js';
import { cleanLine } from '../../platform/terminal/clean-text.js';
import { renderTable } from '../../platform/terminal/table.js';
import type { AskedBridges } from './change-and-confirm.js';

/** Setting, bridges and books, as `mode show` and `cutover status` print them. */
export function renderBridges(
  control: BridgeControl | undefined,
  { reports, unreadable, unavailableReason }: AskedBridges,
  queue: string,
): string {
  const lines = [
    control
      ? `${queue}: ${describeSetting(control)} (version ${control.version}, ${control.at}, by ${cleanLine(control.by)}: ${cleanLine(control.why)})`
      : `${queue}: nobody has set a mode; each bridge does what its environment says`,
  ];
  if (unavailableReason !== undefined) {
    return [...lines, `The bridges cannot be asked: ${unavailableReason}`].join('\n');
  }
  for (const { id, why } of unreadable) {
    lines.push(
      `${id} answers with a report that cannot be read (${why}): is it of another version? It is not counted.`,
    );
  }
  if (reports.length === 0 && unreadable.length > 0) return lines.join('\n');
  if (reports.length === 0) {
    return [...lines, noBridgeAnswers].join('\n');
  }
  lines.push(renderTable(head, reports.map(row)), renderLedger(reports));
  const observed = observedShare(reports);
  if (observed !== undefined) {
    lines.push(
      `share observed since the bridges started: ${formatShare(observed.share)} of ${observed.total}`,
    );
  }
  if (control?.mode === 'paced' && reports.length > 1) {
    lines.push('paced: the share holds for each bridge; with several of them they take it several times');
  }
  return lines.join('\n');
}

const head = [
  'bridge',
  'state',
  'obeys',
  'in flight',
  'started',
  'joined',
  'forwarded',
  'quarantined',
  'reason',
];

function row(report: BridgeReport): readonly (string | number)[] {
  const { control } = report;
  return [
    report.id,
    report.isHealthy ? report.state : `${report.state} (red)`,
    `${describeSetting(control)} (v${control.version})`,
    report.inFlight,
    report.started,
    report.joined,
    report.failedOpen > 0 ? `${report.forwarded} (${report.failedOpen} fail-open)` : report.forwarded,
    report.quarantined,
    report.failOpenMs === undefined
      ? (report.unavailableReason ?? '')
      : `fail-open: Temporal or the database silent for ${Math.round(report.failOpenMs / 1000)} s`,
  ];
}

/** Consumed = started + forwarded + quarantined, plus messages in flight. */
export function renderLedger(reports: readonly BridgeReport[]): string {
  const ledger = ledgerOf(reports);
  return (
    `${ledger.isBalanced ? 'books balance' : 'BOOKS DO NOT BALANCE'}: consumed ${ledger.consumed} ` +
    `= started ${ledger.started} + forwarded ${ledger.forwarded} + quarantined ${ledger.quarantined}` +
    (ledger.inFlight > 0 ? ` + in flight ${ledger.inFlight}` : '')
  );
}
