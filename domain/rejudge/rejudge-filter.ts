import { newVerdictName } from '../grading/verdict-matrix.js';
import type { Difference, RejudgeRow } from './rejudge-comparison.js';

/** Which rows of a set to show, page by page. */
export interface RejudgeFilter {
  /** `changed`: everything but `none`; `all`: everything; an outcome: rows with that outcome of `apply`. */
  readonly only: RowKind;
  /** A cell of the matrix. */
  readonly from?: string;
  readonly to?: string;
  readonly offset: number;
  readonly limit: number;
}

export const rowKinds = [
  'changed',
  'all',
  'none',
  'verdict',
  'score',
  'tests',
  'time',
  'flaky',
  'not-graded',
  'applied',
  'conflict',
  'gone',
  'failed',
] as const;
export type RowKind = (typeof rowKinds)[number];

export interface RejudgeRows {
  readonly rows: readonly RejudgeRow[];
  /** Number of rows with this filter, on all pages. */
  readonly total: number;
}

/** A larger page would not fit an answer of the server. */
export const maxPageSize = 1000;

export function filterRows(rows: readonly RejudgeRow[], filter: RejudgeFilter): RejudgeRows {
  const matching = rows.filter(
    (row) =>
      isOfKind(row, filter.only) &&
      (filter.from === undefined || row.oldVerdict === filter.from) &&
      (filter.to === undefined || newVerdictName(row) === filter.to),
  );
  const end = filter.offset + Math.min(filter.limit, maxPageSize);
  return { rows: matching.slice(filter.offset, end), total: matching.length };
}

function isOfKind(row: RejudgeRow, kind: RowKind): boolean {
  if (kind === 'all') return true;
  if (kind === 'changed') return row.difference !== 'none';
  return row.difference === (kind as Difference) || row.outcome === kind;
}
