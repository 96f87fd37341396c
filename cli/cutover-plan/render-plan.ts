import { describeSetting } from '../../domain/cutover/bridge-control.js';
import { describeGate } from '../../domain/cutover/cutover-gates.js';
import type { CutoverPlan } from '../../domain/cutover/cutover-plan.js';
import type { StepForecast } from '../../domain/cutover/gate-forecast.js';
import { holdText } from '../../domain/cutover/render-cutover.js';
import type { PlanForecast } from './forecast-plan.js';

export function renderPlan(
  plan: CutoverPlan,
  { steps: forecasts, traffic, trafficUnread }: PlanForecast,
): string {
  const steps = plan.steps.flatMap((step, index) => [
    `  ${index + 1}. ${describeSetting(step)}, hold ${holdText(step.holdMs)}${step.manual ? ', then by hand' : ''}`,
    ...step.gates.map((gate) => `      ${describeGate(gate)}`),
    ...forecastLine(forecasts[index]),
  ]);
  const seen =
    traffic === undefined
      ? `today's traffic is not known: ${trafficUnread ?? ''}`
      : `today's traffic: ${traffic.submissions} submissions in the last 24 h`;
  return [
    `plan ${plan.name}`,
    ...steps,
    `  when a gate fails: ${plan.onFail}; when a gate cannot be measured for ${holdText(plan.unmeasurableAfterMs ?? 0)}: ${plan.onUnmeasurable}; back to ${describeSetting(plan.rollback)}`,
    `  ${seen}`,
    'The plan can be started.',
  ].join('\n');
}

function forecastLine(forecast: StepForecast | undefined): readonly string[] {
  if (forecast === undefined || forecast.submissions === 0) return [];
  const { submissions, ms } = forecast;
  if (submissions === null)
    return ['      → how soon the gates have their samples depends on what the other consumers leave'];
  if (submissions === Number.POSITIVE_INFINITY) {
    return [
      '      → a gate never gets its samples: this step ends only by promote. For parity, set SHADOW_SHARE',
    ];
  }
  const time =
    ms === null
      ? ''
      : ms === Number.POSITIVE_INFINITY
        ? ': never, at today’s traffic'
        : `: about ${holdText(ms)} at today’s traffic`;
  return [`      → the gates need ${submissions} submissions${time}`];
}

export function planAnswer(plan: CutoverPlan, { steps, traffic }: PlanForecast) {
  const finite = (value: number | null) => (value === Number.POSITIVE_INFINITY ? null : value);
  return {
    plan,
    submissionsLastDay: traffic?.submissions ?? null,
    forecast: steps.map(({ submissions, ms }) => ({
      submissions: finite(submissions),
      ms: finite(ms),
      never: submissions === Number.POSITIVE_INFINITY || ms === Number.POSITIVE_INFINITY,
    })),
  };
}
