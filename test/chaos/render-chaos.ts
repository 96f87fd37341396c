import type { EffectReport } from './effects.js';
import { faultKind } from './faults/index.js';
import { isBalanced, renderLedger } from './ledger.js';
import type { ChaosResult } from './run-chaos.js';

/** What a run is published with, and what is wrong with it. */
export function renderChaos({ ledger, effects }: ChaosResult): {
  readonly text: string;
  readonly findings: readonly string[];
} {
  const findings = [
    ...(isBalanced(ledger) ? [] : ['The ledger does not balance.']),
    ...crashes(ledger.facts.crashes, effects),
    ...effects.metNothing.map(
      (kind) => `This run does not count: no fault "${kind}" met a running grading. Take more submissions.`,
    ),
    ...effects.tooSlow.map((slow) => `Longer until the next verdict than it may take: ${slow}`),
  ];
  return { text: [effects.table, renderLedger(ledger), ...findings].join('\n'), findings };
}

/** Where Temporal lost its data, a worker that does not get rid of the old namespace ends on purpose. */
function crashes(count: number, { kinds }: EffectReport): readonly string[] {
  const mayEnd = kinds.some((kind) => faultKind(kind).family === 'temporal');
  return count === 0 || mayEnd
    ? []
    : [`${count} time(s) one of our processes ended by itself; its log says why (level 60).`];
}
