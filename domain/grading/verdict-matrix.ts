/** Submissions that went from one verdict to another (or stayed). */
export interface MatrixCell {
  readonly from: string;
  /** `not graded` without a new verdict. */
  readonly to: string;
  readonly count: number;
}

/** Two gradings of one submission. */
export interface VerdictPair {
  readonly oldVerdict: string;
  /** Null without a new verdict. */
  readonly newVerdict: string | null;
}

/** Non-empty cells only, ordered by name. */
export function verdictMatrix(rows: readonly VerdictPair[]): MatrixCell[] {
  const cells = new Map<string, MatrixCell>();
  for (const row of rows) {
    const { oldVerdict: from } = row;
    const to = newVerdictName(row);
    const key = `${from}\n${to}`;
    cells.set(key, { from, to, count: (cells.get(key)?.count ?? 0) + 1 });
  }
  return [...cells.values()].sort((a, b) => compareText(a.from, b.from) || compareText(a.to, b.to));
}

export function newVerdictName({ newVerdict }: Pick<VerdictPair, 'newVerdict'>): string {
  return newVerdict ?? 'not graded';
}

/** Value → how many rows have it. */
export function countBy(values: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
