import { comparedLines, firstDifference } from '../../../domain/judging/first-difference.js';
import type { Html, Piece } from '../../html/html.js';
import { html } from '../../html/html.js';

/** So many lines that differ are marked; it says that there are more. */
const maxLines = 400;

/** Both outputs side by side, each line that differs marked, and in words where they first differ. */
export function difference(expected: string, got: string): Html {
  const [wanted, came] = [comparedLines(expected), comparedLines(got)];
  const { line, column } = firstDifference(wanted, came);
  const parts = wanted.length === came.length && wanted.every((text, index) => text === came[index]);
  return html`<p>${parts ? 'Both are the same, but for white space around them.' : `The first difference is in line ${line + 1}, column ${column + 1}.`}</p>
<div class="pair">${output('Expected', wanted, came)}${output('Got', came, wanted)}</div>`;
}

function output(name: string, lines: readonly string[], other: readonly string[]): Html {
  const shown = lines.slice(0, maxLines).map((text, index): Piece => {
    const end = index === lines.length - 1 ? '' : '\n';
    if (text === other[index]) return `${text}${end}`;
    return html`<mark>${visible(text)}</mark>${end}`;
  });
  const left = lines.length - maxLines;
  return html`<figure class="box"><figcaption>${name}</figcaption><pre tabindex="0" aria-label="${name}">${shown}</pre>${left > 0 && html`<p class="quiet">${left} more lines</p>`}</figure>`;
}

/** Of a line that differs, white space that a reader would not see; an empty line has something to mark. */
function visible(line: string): string {
  if (line === '') return '↵';
  return line
    .replaceAll('\t', '→')
    .replace(/ +$/, (spaces) => '·'.repeat(spaces.length))
    .replace(/ {2,}/g, (spaces) => '·'.repeat(spaces.length));
}
