import type { Criterion, CriterionResult, Evidence } from '../../domain/criteria/criterion.js';
import { overallResult } from '../../domain/criteria/criterion.js';
import { paint } from '../../platform/terminal/paint.js';

const colours = { PASS: 'green', FAIL: 'red', 'NOT ENOUGH DATA': 'yellow' } as const;

/** The criteria for a terminal: one line each, with figures and next steps below. */
export function renderCriteria(criteria: readonly Criterion[], { since, until }: Evidence): string {
  const lines = criteria.flatMap(({ title, result, figures, rule, next }) => [
    `${coloured(result)}  ${title}`,
    `                 ${figures}`,
    ...(result === 'PASS' ? [] : [`                 it takes: ${rule}`]),
    ...(next === undefined ? [] : [`                 next: ${next}`]),
  ]);
  return [
    `Success criteria from ${clock(since)} to ${clock(until)}`,
    '',
    ...lines,
    '',
    `Together: ${overallResult(criteria)}`,
  ].join('\n');
}

function coloured(result: CriterionResult): string {
  return paint(colours[result], result.padEnd(15));
}

function clock(date: Date): string {
  return `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
