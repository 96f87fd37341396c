import { z } from 'zod';
import { bridgeModes, hasShare } from '../../domain/cutover/bridge-control.js';
import type { CutoverPlan, Gate, GateMetric } from '../../domain/cutover/cutover-plan.js';
import { gateMetrics } from '../../domain/cutover/cutover-plan.js';
import { parseShare } from '../../domain/grading/share.js';
import { duration } from '../../platform/settings/value-parsers.js';

/** YAML reads `25%` as text and `25` as a number. */
const text = z.union([z.string(), z.number()]).transform(String);
const span = text.pipe(duration(0));
const share = text.transform((value, context) => {
  const parsed = parseShare(value);
  if (parsed !== undefined) return parsed;
  context.addIssue({ code: 'custom', message: 'expected a share from 0% to 100%, in steps of 0.01%' });
  return z.NEVER;
});

const gateSchema = z
  .strictObject({
    metric: z.enum(Object.keys(gateMetrics) as [GateMetric, ...GateMetric[]]),
    max: text,
    samples: z.int().min(1).default(1),
  })
  .transform(({ metric, max, samples }, context): Gate => {
    const limit = parseLimit(metric, max);
    if (limit !== undefined) return { metric, max: limit, minSamples: samples };
    const expected = gateMetrics[metric] === 'rate' ? 'a part such as 1%' : 'a duration such as 30s';
    context.addIssue({ code: 'custom', path: ['max'], message: `expected ${expected} for ${metric}` });
    return z.NEVER;
  });

function parseLimit(metric: GateMetric, max: string): number | undefined {
  if (gateMetrics[metric] === 'rate') {
    const parsed = parseShare(max);
    return parsed === undefined ? undefined : parsed / 10_000;
  }
  const parsed = duration(0).safeParse(max);
  return parsed.success ? parsed.data : undefined;
}

const modeSchema = z.enum(bridgeModes);

const stepSchema = z
  .strictObject({
    mode: modeSchema.default('router'),
    share: share.optional(),
    hold: span,
    gates: z.array(gateSchema).default([]),
    manual: z.boolean().default(false),
  })
  .transform(({ hold, ...step }, context) => {
    if (hasShare(step.mode) !== (step.share !== undefined)) {
      const message = hasShare(step.mode)
        ? `mode ${step.mode} needs a share`
        : `mode ${step.mode} has no share`;
      context.addIssue({ code: 'custom', path: ['share'], message });
    }
    return { ...step, share: step.share ?? 0, holdMs: hold };
  });

/** A whole plan, checked before anything moves. Unknown keys are mistakes. */
export const planSchema = z
  .strictObject({
    name: z.string().min(1).max(80),
    'on-fail': z.enum(['pause', 'rollback']).default('rollback'),
    'on-unmeasurable': z.enum(['pause', 'rollback']).default('rollback'),
    'unmeasurable-after': span.default(5 * 60_000),
    'check-every': span.default(15_000),
    rollback: z
      .strictObject({ mode: modeSchema, share: share.optional() })
      .default({ mode: 'router', share: 0 }),
    steps: z
      .array(stepSchema, { error: 'a list of steps is wanted' })
      .min(1, { error: 'at least one step is wanted' }),
  })
  .transform(
    (plan): CutoverPlan => ({
      name: plan.name,
      steps: plan.steps,
      onFail: plan['on-fail'],
      onUnmeasurable: plan['on-unmeasurable'],
      unmeasurableAfterMs: plan['unmeasurable-after'],
      checkEveryMs: Math.max(1_000, plan['check-every']),
      rollback: { mode: plan.rollback.mode, share: plan.rollback.share ?? 0 },
    }),
  );
