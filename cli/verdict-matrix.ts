import type { MatrixCell } from '../domain/grading/verdict-matrix.js';
import { renderTable } from '../platform/terminal/table.js';

/** Rows are verdicts before, columns verdicts after; a dot marks an empty cell. */
export function renderVerdictMatrix(cells: readonly MatrixCell[], corner: string): string {
  const rows = distinct(cells.map((cell) => cell.from));
  const columns = distinct(cells.map((cell) => cell.to));
  const count = (from: string, to: string) =>
    cells.find((cell) => cell.from === from && cell.to === to)?.count ?? '·';
  return renderTable(
    [corner, ...columns],
    rows.map((from) => [from, ...columns.map((to) => count(from, to))]),
  );
}

function distinct(values: readonly string[]): string[] {
  return [...new Set(values)].sort();
}
