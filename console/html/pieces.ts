import { Status } from '../../domain/judging/status.js';
import type { Html, Piece } from './html.js';
import { html } from './html.js';

/** Names and values. */
export function facts(pairs: readonly (readonly [string, Piece])[]): Html {
  return html`<dl>${pairs.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;
}

/** What somebody must do something about, and what. */
export function act(what: Piece, todo: Piece): Html {
  return html`<p class="act"><strong>${what}</strong><br>${todo}</p>`;
}

export interface Column {
  readonly name: string;
  readonly isNumber?: boolean;
}

/** On a narrow screen each row is a list of its own, with the columns' names beside the values; the keyboard reaches it. */
export function table(
  caption: string,
  columns: readonly (string | Column)[],
  rows: readonly (readonly Piece[])[],
): Html {
  const all = columns.map((column): Column => (typeof column === 'string' ? { name: column } : column));
  const numbers = all.map(({ isNumber }) => isNumber === true && html`class="number"`);
  const cell = (piece: Piece, index: number) =>
    html`<td ${numbers[index]} data-column="${all[index]?.name}">${piece}</td>`;
  return html`<div class="scroll" tabindex="0" role="group" aria-label="${caption}"><table class="rows"><caption>${caption}</caption>
<thead><tr>${all.map(({ name }, index) => html`<th scope="col" ${numbers[index]}>${name}</th>`)}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map(cell)}</tr>`)}</tbody></table></div>`;
}

/** A line of the latest values, without axes: how it goes is what it says; the number stands beside it. */
export function spark(name: string, values: readonly number[]): Html {
  if (values.length < 2) return html`<p class="quiet">No history yet.</p>`;
  const max = Math.max(...values, 1e-9);
  const points = values
    .map(
      (value, index) =>
        `${((index / (values.length - 1)) * 100).toFixed(1)},${(29 - (value / max) * 28).toFixed(1)}`,
    )
    .join(' ');
  const label = `${name}: the latest ${values.length} readings, at most ${Number(max.toFixed(2))}`;
  return html`<figure class="spark"><svg viewBox="0 0 100 30" preserveAspectRatio="none" role="img" aria-label="${label}"><polyline points="${points}"/></svg><figcaption>${name}</figcaption></figure>`;
}

/** For a table's cell: where something is left out, it shows. */
export function shortened(text: string, maxLength: number): string {
  // Half a character would be shown as a box.
  return text.length <= maxLength ? text : `${text.slice(0, maxLength).replace(/[\ud800-\udbff]$/, '')}…`;
}

export function seconds(ms: number | undefined): string {
  return ms === undefined ? '–' : `${(ms / 1000).toFixed(2)} s`;
}

export function moment(at: Date | string | null | undefined): Piece {
  if (at === null || at === undefined) return '–';
  const iso = typeof at === 'string' ? at : at.toISOString();
  return html`<time datetime="${iso}"><span class="whole">${iso.slice(0, 10)}</span> <span class="whole">${iso.slice(11, 19)}Z</span></time>`;
}

export function verdict(status: string): Html {
  const tone = status === Status.Accepted ? 'good' : status === Status.SystemError ? 'bad' : '';
  return html`<span class="${tone}">${status}</span>`;
}

/** A page of Temporal's web UI. */
export function uiLink(link: string | null, text: Piece): Piece {
  return link === null ? text : html`<a href="${link}" rel="noreferrer">${text}</a>`;
}
