import type { ProcessSample } from './process-sample.js';

export type CriterionResult = 'PASS' | 'FAIL' | 'NOT ENOUGH DATA';

export interface Criterion {
  readonly name: CriterionName;
  readonly title: string;
  /** What it takes to pass. */
  readonly rule: string;
  readonly result: CriterionResult;
  /** What was measured, or what is missing. */
  readonly figures: string;
  /** The next command where it did not pass. */
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

/** All that the criteria are judged by, over one period. */
export interface Evidence {
  readonly since: Date;
  readonly until: Date;
  /** Gradings that ended in the period. */
  readonly gradings: GradingEvidence;
  /** Submissions handed in in the period. */
  readonly submissions: SubmissionEvidence;
  /** Of the period, of all hosts whose samples were read. */
  readonly samples: readonly ProcessSample[];
  /** Undefined where no spot check was made. */
  readonly spotCheck: SpotCheck | undefined;
}

export interface GradingEvidence {
  readonly completed: number;
  /** Failed ones by the type of their failure. */
  readonly failedByType: Readonly<Record<string, number>>;
}

export interface SubmissionEvidence {
  readonly handedIn: number;
  readonly byStatus: Readonly<Record<string, number>>;
  /** Without a verdict though handed in longer ago than `graceMs`. */
  readonly overdue: number;
  readonly graceMs: number;
}

/** Submissions graded by the legacy worker and by us without telling anybody, and compared. */
export interface SpotCheck {
  readonly compared: number;
  readonly same: number;
  /** A rule covers the difference (contract §6), or a person has explained it. */
  readonly knownDifferences: number;
  readonly different: number;
}

/** A FAIL decides, then missing data. */
export function overallResult(criteria: readonly Criterion[]): CriterionResult {
  const results = criteria.map(({ result }) => result);
  if (results.includes('FAIL')) return 'FAIL';
  return results.includes('NOT ENOUGH DATA') ? 'NOT ENOUGH DATA' : 'PASS';
}
