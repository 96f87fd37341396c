import type { CommandContext } from '../../../cli/context.js';
import { forecastPlan } from '../../../cli/cutover-plan/forecast-plan.js';
import { parsePlan } from '../../../cli/cutover-plan/load-plan.js';
import { describeSetting } from '../../../domain/cutover/bridge-control.js';
import { describeGate } from '../../../domain/cutover/cutover-gates.js';
import { holdText } from '../../../domain/cutover/render-cutover.js';
import { html } from '../../html/html.js';
import { facts, table } from '../../html/pieces.js';
import { formToken } from '../../layout.js';
import type { PageRoute } from '../../routes.js';

/** A plan as a whole, before anything is moved. */
export function newPlanPage(context: CommandContext): PageRoute {
  return {
    path: '/cutover/plan',
    needs: 'operator',
    read: async ({ query, visitor }) => {
      const source = query.get('plan') ?? '';
      const plan = parsePlan(source, 'The plan');
      const { steps, traffic } = await forecastPlan(context, plan);
      const rows = plan.steps.map((step, index) => [
        index + 1,
        describeSetting(step),
        `${holdText(step.holdMs)}${step.manual ? ', then by hand' : ''}`,
        html`${step.gates.map((gate) => html`${describeGate(gate)}<br>`)}`,
        neededText(steps[index]?.submissions),
      ]);
      return {
        title: `Plan ${plan.name}`,
        body: html`${table('Nothing has been moved', ['step', 'setting', 'hold', 'gates', 'submissions needed'], rows)}
${facts([
  ['When a gate fails', plan.onFail],
  ['Back to', describeSetting(plan.rollback)],
  ['Handed in within a day', traffic === undefined ? 'not known' : traffic.submissions],
])}
<form class="row" method="post" action="/actions/start-plan">${formToken(visitor)}<input type="hidden" name="plan" value="${source}">
<label>Why <input name="why" required maxlength="500"></label>
<label class="tick"><input type="checkbox" name="force" value="yes"> although nobody reads the legacy workers’ queue</label>
<button>Begin with step 1</button></form><p><a href="/cutover">Back</a></p>`,
      };
    },
  };
}

function neededText(submissions: number | null | undefined): string {
  if (submissions === undefined || submissions === 0) return '–';
  if (submissions === null) return 'depends on the other consumers';
  return submissions === Number.POSITIVE_INFINITY ? 'a gate never gets its samples' : String(submissions);
}
