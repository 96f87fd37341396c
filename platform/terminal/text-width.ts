import stringWidth from 'string-width';
import { cleanLine } from './clean-text.js';
import { splitAtColours } from './paint.js';

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Columns to print in; without bound where nobody looks, as in a pipe, unless COLUMNS says otherwise. */
export function terminalWidth(): number {
  if (process.stdout.isTTY && process.stdout.columns > 0) return process.stdout.columns;
  const columns = Number(process.env.COLUMNS);
  return Number.isInteger(columns) && columns > 0 ? columns : Number.POSITIVE_INFINITY;
}

/** Columns that a terminal needs for a line: wide characters take two, combining ones none. */
export function textWidth(line: string): number {
  return stringWidth(line);
}

/** Somebody else's text as one clean line of at most so many columns. */
export function cutLine(text: string, columns: number): string {
  const line = cleanLine(text);
  if (textWidth(line) <= columns) return line;
  let cut = '';
  let width = 1; // of the ellipsis
  for (const { segment } of graphemes.segment(line)) {
    width += textWidth(segment);
    if (width > columns) break;
    cut += segment;
  }
  return `${cut}…`;
}

/** Breaks a line between words, and a word that is longer than a line within; a colour of `paint` goes on in the next line. */
export function wrapLine(line: string, columns: number): readonly string[] {
  if (textWidth(line) <= columns) return [line];
  const lines: string[] = [];
  let current = '';
  for (const word of line.split(' ').filter((each) => each !== '')) {
    const joined = current === '' ? word : `${current} ${word}`;
    if (textWidth(joined) <= columns) {
      current = joined;
      continue;
    }
    if (current !== '') lines.push(current);
    const pieces = breakWord(word, columns);
    lines.push(...pieces.slice(0, -1));
    current = pieces.at(-1) ?? '';
  }
  return current === '' ? lines : [...lines, current];
}

/** Every line broken to the width of the terminal. */
export function fitTerminal(text: string): string {
  const columns = terminalWidth();
  return text
    .split('\n')
    .flatMap((line) => wrapLine(line, columns))
    .join('\n');
}

/** A line of text that is at least so long was broken by whoever wrote it, and goes on in the next one. */
const brokenByHand = 100;

/** Text for people, broken anew to the width of the terminal; what is indented, such as an example, stays as it is. */
export function fitText(text: string): string {
  const columns = terminalWidth();
  if (columns >= 120) return text;
  return text
    .replace(new RegExp(`^(\\S.{${brokenByHand - 1},})\n(?=\\S)`, 'gm'), '$1 ')
    .split('\n')
    .flatMap((line) => (line.startsWith(' ') ? [line] : wrapLine(line, columns)))
    .join('\n');
}

function segmentsOf({ text, isColour }: ReturnType<typeof splitAtColours>[number]): readonly string[] {
  return isColour ? [text] : [...graphemes.segment(text)].map(({ segment }) => segment);
}

function breakWord(word: string, columns: number): readonly string[] {
  const pieces: string[] = [];
  let piece = '';
  let width = 0;
  for (const segment of splitAtColours(word).flatMap(segmentsOf)) {
    const more = textWidth(segment);
    if (width + more > columns && piece !== '') {
      pieces.push(piece);
      piece = '';
      width = 0;
    }
    piece += segment;
    width += more;
  }
  return [...pieces, piece];
}
