import { describeSetting } from './bridge-control.js';
import type { GateResult } from './cutover-gates.js';
import type { CutoverPlan, CutoverStep } from './cutover-plan.js';
import type { CutoverPhase } from './cutover-run.js';
import { holdText } from './render-cutover.js';

/** What a look at the gates means for the step that is held. */
export type StepVerdict =
  | { readonly kind: 'failed'; readonly evidence: readonly string[] }
  | { readonly kind: 'waiting'; readonly phase: CutoverPhase; readonly waitsFor: string }
  | { readonly kind: 'passed'; readonly what: string };

/**
 * A gate fails at any time. It passes after the hold only, and one without enough data keeps the step waiting.
 * @param since when the hold began, ISO time.
 */
export function stepVerdict(
  step: CutoverStep,
  gates: readonly GateResult[],
  isHeld: boolean,
  since: string,
): StepVerdict {
  const failed = textsOf(gates, 'fail');
  if (failed.length > 0) return { kind: 'failed', evidence: failed };
  if (!isHeld) {
    const waitsFor = `the end of the hold of ${holdText(step.holdMs)}, begun ${since.slice(0, 10)} ${since.slice(11, 19)}Z`;
    return { kind: 'waiting', phase: 'holding', waitsFor };
  }
  const lacking = [...textsOf(gates, 'unmeasurable'), ...textsOf(gates, 'not-enough-data')];
  if (lacking.length > 0) return { kind: 'waiting', phase: 'waiting-for-data', waitsFor: lacking.join('; ') };
  if (step.manual) {
    return {
      kind: 'waiting',
      phase: 'waiting-for-promotion',
      waitsFor: 'a person: grader cutover promote',
    };
  }
  return { kind: 'passed', what: `passed ${describeSetting(step)}` };
}

const defaultUnmeasurableAfterMs = 5 * 60_000;

/**
 * What cannot be measured is a gate of its own: nobody sees whether the share does harm.
 * @param why what cannot be measured now, one line each; not empty.
 * @param since when that began, ISO time.
 */
export function unmeasurableVerdict(
  plan: Pick<CutoverPlan, 'unmeasurableAfterMs'>,
  why: readonly string[],
  since: string,
  nowMs: number,
): Extract<StepVerdict, { kind: 'failed' }> | undefined {
  const lastedMs = nowMs - Date.parse(since);
  if (lastedMs < (plan.unmeasurableAfterMs ?? defaultUnmeasurableAfterMs)) return undefined;
  const seconds = Math.round(lastedMs / 1000);
  return { kind: 'failed', evidence: why.map((text) => `not measurable for ${seconds} s: ${text}`) };
}

/** Texts of the gates with that outcome. */
export function textsOf(gates: readonly GateResult[], wanted: GateResult['outcome']): readonly string[] {
  return gates.filter(({ outcome }) => outcome === wanted).map(({ text }) => text);
}
