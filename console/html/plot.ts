import type { History } from '../../domain/criteria/history.js';
import type { Html } from './html.js';
import { html } from './html.js';
import { moment, table } from './pieces.js';

/**
 * Figures over time, in words and as a table, which a script draws from that same table: who sees no picture, or has no
 * script, misses nothing.
 */
export function plot(id: string, { title, unit, times, lines }: History): Html {
  const known = lines.filter(({ values }) => values.some((value) => value !== null));
  if (known.length === 0)
    return html`<section class="tile"><h2>${title}</h2><p class="quiet">No samples.</p></section>`;
  const rows = times.map((at, index) => [
    moment(new Date(at)),
    ...known.map(({ values }) => figure(values[index] ?? null)),
  ]);
  const columns = ['until', ...known.map(({ name }) => ({ name, isNumber: true }))];
  return html`<section class="tile plot" id="${id}" data-unit="${unit}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title} <small class="quiet">${unit}, times in UTC</small></h2>
<div class="canvas" aria-hidden="true"></div>
<ul>${known.map(({ name, values }) => html`<li>${name}: ${inWords(values)}</li>`)}</ul>
<details id="${id}-table"><summary>As a table</summary>${table(`${title}, ${unit}`, columns, rows)}</details></section>`;
}

function inWords(values: readonly (number | null)[]): string {
  const seen = values.filter((value) => value !== null);
  const mean = seen.reduce((sum, value) => sum + value, 0) / seen.length;
  return `lately ${figure(seen.at(-1) ?? null)}; lowest ${figure(Math.min(...seen))}, mean ${figure(mean)}, highest ${figure(Math.max(...seen))}`;
}

function figure(value: number | null): string {
  return value === null ? '–' : String(Number(value.toPrecision(4)));
}
