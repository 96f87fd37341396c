import { describeSetting } from './bridge-control.js';
import type { GateResult } from './cutover-gates.js';
import type { CutoverStep } from './cutover-plan.js';
import type { CutoverPhase } from './cutover-run.js';

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
    const waitsFor = `the end of the hold, ${Math.round(step.holdMs / 1000)} s from ${since}`;
    return { kind: 'waiting', phase: 'holding', waitsFor };
  }
  const lacking = textsOf(gates, 'not-enough-data');
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

function textsOf(gates: readonly GateResult[], wanted: GateResult['outcome']): readonly string[] {
  return gates.filter(({ outcome }) => outcome === wanted).map(({ text }) => text);
}
