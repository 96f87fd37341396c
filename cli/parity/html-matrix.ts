import { isGraded } from '../../domain/grading/stored-result.js';
import type { MatrixCell } from '../../domain/grading/verdict-matrix.js';
import { Status } from '../../domain/judging/status.js';
import { escapeHtml } from '../escape-html.js';

/** Legacy × ours as a table: the diagonal is agreement; stronger colour means more submissions. */
export function matrixHtml(cells: readonly MatrixCell[]): string {
  const names = inOrder(cells.flatMap(({ from, to }) => [from, to]));
  const rows = names.filter((name) => cells.some((cell) => cell.from === name));
  const columns = names.filter((name) => cells.some((cell) => cell.to === name));
  const most = Math.max(1, ...cells.map(({ count }) => count));
  const count = (from: string, to: string) =>
    cells.find((cell) => cell.from === from && cell.to === to)?.count ?? 0;
  const head = columns.map((name) => `<th scope="col">${breakable(name)}</th>`).join('');
  const body = rows
    .map((from) => {
      const data = columns.map((to) => cellHtml(count(from, to), from, to, most)).join('');
      return `<tr><th scope="row">${escapeHtml(from)}</th>${data}</tr>`;
    })
    .join('\n');
  return `<table class="matrix"><thead><tr><th class="corner">legacy ↓ &nbsp; ours →</th>${head}</tr></thead>
<tbody>${body}</tbody></table>`;
}

function cellHtml(count: number, from: string, to: string, most: number): string {
  if (count === 0) return from === to ? '<td class="none same">·</td>' : '<td class="none">·</td>';
  // Logarithmic, so that one difference in a thousand is visible.
  const strength = Math.round(18 + 52 * (Math.log1p(count) / Math.log1p(most)));
  const kind = from === to ? 'same' : 'other';
  return `<td class="${kind}" style="--strength:${strength}%" title="${escapeHtml(`${from} × ${to}: ${count}`)}">${count}</td>`;
}

/** In the platform's order of statuses, then others, then missing verdicts. */
function inOrder(names: readonly string[]): string[] {
  const known: readonly string[] = Object.values(Status).filter(isGraded);
  const rank = (name: string) => {
    if (!isGraded(name) || name === 'not graded') return known.length + 1;
    return known.includes(name) ? known.indexOf(name) : known.length;
  };
  return [...new Set(names)].sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
}

/** Heads of narrow columns get one word per line. */
function breakable(name: string): string {
  return escapeHtml(name).replaceAll(' ', '<br>');
}
