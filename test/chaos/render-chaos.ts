import { isBalanced, renderLedger } from './ledger.js';
import type { ChaosResult } from './run-chaos.js';

/** What a run is published with, and what is wrong with it. */
export function renderChaos({ ledger, effects }: ChaosResult): {
  readonly text: string;
  readonly findings: readonly string[];
} {
  const findings = [
    ...(isBalanced(ledger) ? [] : ['The ledger does not balance.']),
    ...effects.metNothing.map(
      (kind) => `This run does not count: no fault "${kind}" met a running grading. Take more submissions.`,
    ),
    ...effects.tooSlow.map((slow) => `Longer until the next verdict than it may take: ${slow}`),
  ];
  return { text: [effects.table, renderLedger(ledger), ...findings].join('\n'), findings };
}
