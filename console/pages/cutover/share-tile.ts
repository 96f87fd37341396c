import type { WhatHolds } from '../../../cli/bridges/what-holds.js';
import { describeSetting } from '../../../domain/cutover/bridge-control.js';
import { ledgerOf, noBridgeAnswers, observedShare } from '../../../domain/cutover/bridge-report.js';
import { formatShare, shareSteps } from '../../../domain/grading/share.js';
import type { Html } from '../../html/html.js';
import { html } from '../../html/html.js';
import { act, facts, moment, spark, table } from '../../html/pieces.js';
import type { Series } from '../../live/series.js';

/** What the bridges are told, what they say, and how the share they take goes. */
export function shareTile({ control, unreadReason, answers }: WhatHolds, series: Series): Html {
  const { reports, unreadable, unavailableReason } = answers;
  const observed = observedShare(reports);
  series.add(observed === undefined ? undefined : (observed.share / shareSteps) * 100);
  const { isBalanced, consumed, started, forwarded, quarantined, inFlight } = ledgerOf(reports);
  const lagging = reports.filter(
    (report) => control !== undefined && report.control.version < control.version,
  );
  const rows = reports.map((report) => [
    report.id,
    html`<span class="${report.isHealthy ? 'good' : 'bad'}">${report.state}</span>${report.unavailableReason !== undefined && `: ${report.unavailableReason}`}`,
    `${describeSetting(report.control)} (version ${report.control.version})`,
    report.inFlight,
    report.started + report.joined,
    report.forwarded,
    report.quarantined,
  ]);
  const number = (name: string) => ({ name, isNumber: true });
  return html`${unreadReason !== undefined && html`<p class="unseen">The setting cannot be read: ${unreadReason}</p>`}
${unavailableReason !== undefined && html`<p class="unseen">The bridges cannot be asked: ${unavailableReason}</p>`}
${lagging.map(({ id }) => act(`${id} does not obey the newest setting`, 'It does within a second while it reaches Temporal. Is it well?'))}
${unreadable.map(({ id, why }) => act(`The report of ${id} cannot be read`, why))}
${!isBalanced && act('The books do not balance', `consumed ${consumed} = started ${started} + forwarded ${forwarded} + quarantined ${quarantined} + in flight ${inFlight}`)}
<p class="big">${control === undefined ? 'as each bridge’s environment says' : describeSetting(control)} <small>${observed === undefined ? 'nothing forwarded yet' : `observed ${formatShare(observed.share)} of ${observed.total} since the bridges started`}</small></p>
${
  control !== undefined &&
  facts([
    ['Set', html`${moment(control.at)} by ${control.by}, version ${control.version}`],
    ['Why', control.why],
  ])
}
${spark('Share observed, per cent', series.values())}
${reports.length === 0 ? unavailableReason === undefined && html`<p class="warn">${noBridgeAnswers}</p>` : table('Since each was started', ['bridge', 'state', 'obeys', number('in flight'), number('taken'), number('forwarded'), number('quarantined')], rows)}`;
}
