import { z } from 'zod';
import { bridgeStates } from '../../domain/cutover/bridge-report.js';
import type { GateMetric } from '../../domain/cutover/cutover-plan.js';
import { gateMetrics } from '../../domain/cutover/cutover-plan.js';
import { count, mode, share, timeText } from './fields.js';

/** What commands about the bridges and the cutover print. */
const setting = { mode, share, salt: z.string() };

const controlField = z.object({
  version: count,
  at: timeText,
  by: z.string(),
  why: z.string(),
  ...setting,
  cutover: z.string().optional().meta({ description: 'the cutover that set it; absent when a person did' }),
  evidence: z.array(z.string()).optional(),
});

/** Who answered when the bridges of the queue were asked. */
export const bridgeFields = {
  bridges: z.array(
    z.object({
      id: z.string(),
      state: z.enum(bridgeStates),
      isHealthy: z.boolean(),
      since: z.string(),
      unavailableReason: z.string().optional(),
      control: z.object({ version: count, ...setting }),
      failOpenMs: z.number().optional(),
      inFlight: count,
      oldestInFlightMs: z.number(),
      received: count,
      givenBack: count,
      started: count,
      joined: count,
      forwarded: count,
      failedOpen: count,
      quarantined: count,
      held: count,
    }),
  ),
  unreadableBridges: z.array(z.object({ id: z.string(), why: z.string() })),
};

const askedFields = {
  queue: z.string(),
  control: controlField.nullable().meta({ description: 'null: nobody has set one, or it cannot be read' }),
  controlUnreadReason: z.string().nullable(),
  ...bridgeFields,
  bridgesUnavailableReason: z.string().nullable().meta({ description: 'why no bridge could be asked' }),
};

export const modeShowAnswer = z.object(askedFields);

const metric = z.enum(Object.keys(gateMetrics) as [GateMetric, ...GateMetric[]]);

/** A limit is written in per cent for a rate, in ms for a duration. */
const gate = z.codec(
  z.object({ metric, max: z.number(), unit: z.enum(['percent', 'ms']), minSamples: count }),
  z.object({ metric, max: z.number(), minSamples: count }),
  {
    decode: ({ metric: name, max, minSamples }) => ({
      metric: name,
      max: gateMetrics[name] === 'rate' ? max / 100 : max,
      minSamples,
    }),
    encode: ({ metric: name, max, minSamples }) =>
      gateMetrics[name] === 'rate'
        ? { metric: name, max: Number((max * 100).toFixed(4)), unit: 'percent' as const, minSamples }
        : { metric: name, max, unit: 'ms' as const, minSamples },
  },
);

const plan = z.object({
  name: z.string(),
  steps: z.array(z.object({ mode, share, holdMs: z.number(), gates: z.array(gate), manual: z.boolean() })),
  onFail: z.enum(['pause', 'rollback']),
  onUnmeasurable: z.enum(['pause', 'rollback']).optional(),
  unmeasurableAfterMs: z.number().optional(),
  rollback: z.object({ mode, share }),
  checkEveryMs: z.number(),
});

export const cutoverPlanAnswer = z.object({
  plan,
  submissionsLastDay: count.nullable().meta({ description: 'null: the database does not answer' }),
  forecast: z
    .array(
      z.object({
        submissions: count.nullable().meta({ description: 'null: cannot be told, or never' }),
        ms: z.number().nullable(),
        never: z.boolean().meta({ description: 'a gate never gets its samples' }),
      }),
    )
    .meta({ description: 'per step: what must be handed in before every gate has its samples' }),
});

const event = z.object({
  at: timeText,
  by: z.string(),
  what: z.string(),
  why: z.string(),
  evidence: z.array(z.string()),
});

const cutoverStatus = z.object({
  plan,
  step: count.meta({ description: 'index in the steps of the plan' }),
  phase: z.enum([
    'setting',
    'holding',
    'waiting-for-data',
    'waiting-for-promotion',
    'paused',
    'completed',
    'aborted',
    'rolled-back',
  ]),
  stepSince: timeText,
  version: count.meta({ description: 'of the control that it set last' }),
  unmeasurableSince: timeText.optional(),
  waitsFor: z.string(),
  observed: z.object({ ours: count, total: count }),
  gates: z.array(
    z.object({
      gate,
      outcome: z.enum(['pass', 'fail', 'not-enough-data', 'unmeasurable']),
      text: z.string(),
    }),
  ),
  events: z.array(event),
});

export const cutoverStatusAnswer = z.object({
  status: cutoverStatus.nullable().meta({ description: 'null: there is none, or it cannot be read' }),
  reason: z.string().nullable().meta({ description: 'why status is null' }),
  ...askedFields,
});

export const cutoverHistoryAnswer = z.object({
  queue: z.string(),
  controls: z.array(controlField),
  events: z.array(event),
});
