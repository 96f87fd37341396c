import type { MatrixCell } from '../../domain/grading/verdict-matrix.js';
import type { Html } from './html.js';
import { html } from './html.js';
import { table } from './pieces.js';

interface Matrix {
  readonly caption: string;
  /** What the rows are. */
  readonly corner: string;
  readonly cells: readonly MatrixCell[];
  /** The page that lists those of one cell, by `from` and `to`. */
  readonly path: string;
}

/** Verdicts of one side in rows, of the other in columns; what is on the diagonal is the same on both. */
export function verdictMatrix({ caption, corner, cells, path }: Matrix): Html {
  const [from, to] = [
    [...new Set(cells.map((cell) => cell.from))],
    [...new Set(cells.map((cell) => cell.to))],
  ];
  const { pathname, searchParams } = new URL(path, 'http://console');
  const rows = from.map((one) => [
    one,
    ...to.map((other) => {
      const count = cells.find((cell) => cell.from === one && cell.to === other)?.count ?? 0;
      if (count === 0) return '';
      const query = new URLSearchParams([...searchParams, ['from', one], ['to', other]]).toString();
      const isSame = one === other;
      return html`<a class="${isSame && 'good'}" href="${pathname}?${query}" aria-label="${count} from ${one} to ${other}">${count}</a>`;
    }),
  ]);
  return table(caption, [corner, ...to.map((name) => ({ name, isNumber: true }))], rows);
}
