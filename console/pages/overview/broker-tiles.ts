import type { BrokerStatus } from '../../../cli/status/status-report.js';
import { describeSetting } from '../../../domain/cutover/bridge-control.js';
import { ledgerOf, noBridgeAnswers, observedShare } from '../../../domain/cutover/bridge-report.js';
import { formatShare } from '../../../domain/grading/share.js';
import type { Html } from '../../html/html.js';
import { html } from '../../html/html.js';
import { act, facts, table } from '../../html/pieces.js';

export function queueTile({ main, legacy, legacyUnseen, quarantine }: BrokerStatus): Html {
  const quarantined = quarantine?.messages ?? 0;
  return html`${main === undefined && act('There is no such queue', 'Is RABBITMQ_QUEUE right, and does the backend run? grader doctor')}
${main !== undefined && main.messages > 0 && main.consumers === 0 && act('Nobody consumes the queue', 'Start a bridge: grader bridge')}
<p class="big">${main?.messages ?? '–'} <small>messages wait</small></p>
${facts([
  ['Consumers', main?.consumers ?? '–'],
  ['Legacy workers’ queue', legacyText(legacy, legacyUnseen)],
  ['Quarantine', quarantined === 0 ? 'empty' : html`<a href="/quarantine">${quarantined} message(s)</a>`],
])}`;
}

function legacyText(legacy: BrokerStatus['legacy'], unseen: string | undefined): string {
  if (unseen !== undefined) return `not seen: ${unseen}`;
  return legacy === undefined ? 'none' : `${legacy.messages} wait, ${legacy.consumers} consumer(s)`;
}

export function bridgesTile({ bridges, unreadableBridges, bridgesUnseen }: BrokerStatus): Html {
  if (bridgesUnseen !== undefined) {
    return html`<p class="unseen">The bridges cannot be asked: ${bridgesUnseen}</p>`;
  }
  const observed = observedShare(bridges);
  const ill = bridges.filter(({ isHealthy }) => !isHealthy);
  const failOpen = bridges.filter(({ failOpenMs }) => failOpenMs !== undefined);
  const settings = [...new Set(bridges.map(({ control }) => describeSetting(control)))];
  const rows = bridges.map((bridge) => [
    bridge.id,
    bridge.state,
    describeSetting(bridge.control),
    bridge.inFlight,
    bridge.started + bridge.joined,
    bridge.forwarded,
  ]);
  const number = (name: string) => ({ name, isNumber: true });
  return html`${bridges.length === 0 && unreadableBridges.length === 0 && html`<p class="warn">${noBridgeAnswers}</p>`}
${ill.map(({ id, state, unavailableReason }) => act(`Bridge ${id} is ${state}`, unavailableReason ?? 'Look at its log.'))}
${failOpen.map(({ id, failOpenMs = 0 }) => act(`Bridge ${id} fails open`, `Temporal or the database has been silent for ${Math.round(failOpenMs / 1000)} s: everything goes to the legacy workers. Are both up? grader doctor tells`))}
${unreadableBridges.map(({ id, why }) => act(`The report of ${id} cannot be read`, `${why}. Is it of another version?`))}
${!ledgerOf(bridges).isBalanced && act('The books do not balance', html`See <a href="/cutover">Cutover</a>, and grader mode show.`)}
${
  bridges.length > 0 &&
  html`<p class="big">${settings.join(' and ')} <small>${observed === undefined ? 'nothing forwarded yet' : `observed ${formatShare(observed.share)} of ${observed.total}`}</small></p>
${table('Since each was started', ['bridge', 'state', 'obeys', number('in flight'), number('taken'), number('forwarded')], rows)}`
}`;
}
