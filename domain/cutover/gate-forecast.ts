import type { Share } from '../grading/share.js';
import { shareSteps } from '../grading/share.js';
import { hasShare } from './bridge-control.js';
import type { CutoverPlan, CutoverStep, GateMetric } from './cutover-plan.js';

/** What the platform gets, as it was seen. */
export interface Traffic {
  readonly submissions: number;
  readonly withinMs: number;
}

/** How many submissions must be handed in before every gate of a step has its samples, and how long that takes. */
export interface StepForecast {
  /** 0: no gate wants samples. Null: it cannot be told, as in a mode without a share. Infinity: they never come. */
  readonly submissions: number | null;
  /** Null where the traffic, or the number, is not known. */
  readonly ms: number | null;
}

/** @param shadowShare of what the legacy worker grades, whose samples the gate on parity counts. */
export function forecastGates(
  plan: CutoverPlan,
  shadowShare: Share,
  traffic: Traffic | undefined,
): readonly StepForecast[] {
  return plan.steps.map((step) => {
    const needed = step.gates.map(({ metric, minSamples }) => {
      const part = sampledPart(metric, step, shadowShare);
      return part === null ? null : Math.ceil(minSamples / part);
    });
    // The tolerance of a plan: one gate that cannot be told makes the step so.
    const submissions = needed.reduce((most: number | null, each) => {
      return most === null || each === null ? null : Math.max(most, each);
    }, 0);
    return { submissions, ms: durationOf(submissions, traffic) };
  });
}

/** Which part of the submissions gives a sample; Infinity where the gate is measured without any. */
function sampledPart(metric: GateMetric, { mode, share }: CutoverStep, shadowShare: Share): number | null {
  const ours = hasShare(mode) ? share / shareSteps : null;
  switch (metric) {
    case 'pool-wait':
      return Number.POSITIVE_INFINITY;
    case 'oldest-message-age':
      return 1;
    case 'parity-mismatch-rate':
      return ours === null ? null : (1 - ours) * (shadowShare / shareSteps);
    case 'system-error-rate':
    case 'notify-failure-rate':
    case 'time-to-verdict-p95':
      return mode === 'off' ? 0 : ours;
  }
}

function durationOf(submissions: number | null, traffic: Traffic | undefined): number | null {
  if (submissions === 0) return 0;
  if (submissions === null || traffic === undefined) return null;
  if (submissions === Number.POSITIVE_INFINITY || traffic.submissions === 0) return Number.POSITIVE_INFINITY;
  return (submissions / traffic.submissions) * traffic.withinMs;
}
