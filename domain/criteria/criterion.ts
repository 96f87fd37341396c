import type { ProcessSample } from './process-sample.js';

export type CriterionResult = 'PASS' | 'FAIL' | 'NOT ENOUGH DATA';

export interface Criterion {
  readonly name: CriterionName;
  readonly title: string;
  /** The condition for a pass. */
  readonly rule: string;
  readonly result: CriterionResult;
  /** What was measured, or what is missing. */
  readonly figures: string;
  /** The next command, unless it passed. */
  readonly next?: string;
}

export const criterionNames = [
  'system-errors',
  'verdicts-delivered',
  'memory',
  'cpu',
  'container-pool',
  'backend-updates',
  'same-verdicts',
] as const;
export type CriterionName = (typeof criterionNames)[number];

/** Everything the criteria judge, over one period. */
export interface Evidence {
  readonly since: Date;
  readonly until: Date;
  /** Gradings that ended in the period. */
  readonly gradings: GradingEvidence;
  /** Submissions handed in during the period. */
  readonly submissions: SubmissionEvidence;
  /** Samples of the period, from every host that was read. */
  readonly samples: readonly ProcessSample[];
  /** Undefined without a spot check. */
  readonly spotCheck: SpotCheck | undefined;
}

export interface GradingEvidence {
  readonly completed: number;
  /** Failed gradings by failure type. */
  readonly failedByType: Readonly<Record<string, number>>;
}

export interface SubmissionEvidence {
  readonly handedIn: number;
  readonly byStatus: Readonly<Record<string, number>>;
  /** Submissions without a verdict, handed in longer ago than `graceMs`. */
  readonly overdue: number;
  readonly graceMs: number;
}

/** Submissions that the legacy worker graded and we graded again in silence, compared. */
export interface SpotCheck {
  readonly compared: number;
  readonly same: number;
  /** A rule covers the difference (contract §6), or a person has explained it. */
  readonly knownDifferences: number;
  readonly different: number;
}

/** One FAIL fails the whole; otherwise missing data leaves it open. */
export function overallResult(criteria: readonly Criterion[]): CriterionResult {
  const results = criteria.map(({ result }) => result);
  if (results.includes('FAIL')) return 'FAIL';
  return results.includes('NOT ENOUGH DATA') ? 'NOT ENOUGH DATA' : 'PASS';
}
