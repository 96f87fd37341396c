import { describeSetting } from '../../../domain/cutover/bridge-control.js';
import type { CutoverStatus } from '../../../domain/cutover/cutover-run.js';
import { hasEnded, holdProgress, holdText, renderObserved } from '../../../domain/cutover/render-cutover.js';
import type { Html } from '../../html/html.js';
import { html } from '../../html/html.js';
import { act, facts, moment, table } from '../../html/pieces.js';

const eventsShown = 30;

/** The plan as a line of steps, the gates of the current one, and who did what. */
export function planTile(status: CutoverStatus | null): Html {
  if (status === null)
    return html`<p>There is no cutover by a plan. Mode and share are as they were set by hand.</p>`;
  const { plan, step, phase, stepSince, waitsFor, gates, events } = status;
  const current = hasEnded(status) ? undefined : plan.steps[step];
  const hold = holdProgress(status, new Date());
  return html`${phase === 'paused' && act('The plan is paused', 'Resume, promote or abort it.')}
${phase === 'rolled-back' && act('The plan was rolled back', 'See below why; then begin again, or hand back what has not begun: grader drain ours.')}
<p class="big">${plan.name}: ${phase} <small>step ${Math.min(step + 1, plan.steps.length)} of ${plan.steps.length}</small></p>
<ol class="steps">${plan.steps.map((each, index) => {
    const isNow = current !== undefined && index === step;
    const place = isNow ? 'now' : index < step || phase === 'completed' ? 'past' : 'next';
    return html`<li class="${place}" ${isNow && html`aria-current="step"`}><strong>${describeSetting(each)}</strong><br><span class="quiet">hold ${holdText(each.holdMs)}, ${each.gates.length} gate(s)${each.manual && ', by hand'}${isNow && hold !== undefined && html`<br><meter min="0" max="1" value="${hold.part.toFixed(2)}" aria-label="part of the hold"></meter> ${hold.left}`}</span></li>`;
  })}</ol>
${facts([
  ['Waits for', waitsFor],
  ['Share wanted', current === undefined ? '–' : describeSetting(current)],
  ['Share observed', renderObserved(status)],
  ['This step since', moment(stepSince)],
])}
${
  gates.length > 0 &&
  table(
    'Gates of this step: figure against bound',
    ['gate', 'outcome', 'figure'],
    gates.map(({ gate, outcome, text }) => [
      gate.metric,
      html`<span class="${tone(outcome)}">${outcome}</span>`,
      text,
    ]),
  )
}
${
  events.length > 0 &&
  table(
    'Who did what, and why',
    ['at', 'who', 'what', 'why', 'evidence'],
    events
      .toReversed()
      .slice(0, eventsShown)
      .map(({ at, by, what, why, evidence }) => [
        moment(at),
        by,
        what,
        why,
        html`${evidence.map((line) => html`${line}<br>`)}`,
      ]),
  )
}`;
}

function tone(outcome: string): string {
  return outcome === 'pass' ? 'good' : outcome === 'fail' ? 'bad' : 'warn';
}
