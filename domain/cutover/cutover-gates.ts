import type { Gate, GateMetric } from './cutover-plan.js';
import { gateMetrics } from './cutover-plan.js';

/** Undefined value: it could not be measured, or there was nothing to measure. */
export interface Measurement {
  readonly value: number | undefined;
  readonly samples: number;
  /** Why it could not be measured: a service does not answer, or refuses. */
  readonly unmeasurable?: string;
}

export type Measurements = Partial<Readonly<Record<GateMetric, Measurement>>>;

export type GateOutcome = 'pass' | 'fail' | 'not-enough-data' | 'unmeasurable';

export interface GateResult {
  readonly gate: Gate;
  readonly outcome: GateOutcome;
  /** Measured value, comparison, limit, and n of the n required. */
  readonly text: string;
}

export function evaluateGates(gates: readonly Gate[], measured: Measurements): readonly GateResult[] {
  return gates.map((gate) => evaluateGate(gate, measured[gate.metric]));
}

/** Nothing measured never passes: a quiet hour is no evidence. */
export function evaluateGate(gate: Gate, measured: Measurement | undefined): GateResult {
  const { value, samples, unmeasurable } = measured ?? { value: undefined, samples: 0 };
  if (unmeasurable !== undefined) {
    return { gate, outcome: 'unmeasurable', text: `${gate.metric} cannot be measured: ${unmeasurable}` };
  }
  const counted = `${samples} of ${gate.minSamples} required`;
  const limit = format(gate.metric, gate.max);
  if (value === undefined || samples < gate.minSamples) {
    const seen = value === undefined ? 'not measured' : format(gate.metric, value);
    return { gate, outcome: 'not-enough-data', text: `${gate.metric} ${seen}, limit ${limit} (${counted})` };
  }
  const passes = value <= gate.max;
  return {
    gate,
    outcome: passes ? 'pass' : 'fail',
    text: `${gate.metric} ${format(gate.metric, value)} ${passes ? '≤' : '>'} ${limit} (${counted})`,
  };
}

/** Nothing of it could be measured. */
export function unmeasurable(metrics: readonly GateMetric[], why: string): Measurements {
  return Object.fromEntries(
    metrics.map((metric) => [metric, { value: undefined, samples: 0, unmeasurable: why }]),
  );
}

/** What a gate asks for, in words. */
export function describeGate({ metric, max, minSamples }: Gate): string {
  return `${metric} at most ${format(metric, max)}, of ${minSamples} or more`;
}

function format(metric: GateMetric, value: number): string {
  if (gateMetrics[metric] === 'rate') return `${Number((value * 100).toFixed(2))} %`;
  return value < 1_000 ? `${Math.round(value)} ms` : `${Number((value / 1_000).toFixed(1))} s`;
}
