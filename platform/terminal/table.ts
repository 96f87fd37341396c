import { cleanLine } from './clean-text.js';
import { splitAtColours } from './paint.js';
import { terminalWidth, textWidth, wrapLine } from './text-width.js';

/** Lines of a cell. A text is one line, whatever it contains. */
export type Cell = string | number | readonly string[];

/**
 * A table that fits the terminal: columns that are too wide are wrapped, and where even that would leave too little of
 * them, each row becomes a list of its cells. Cells may be of other people; they are cleaned here.
 */
export function renderTable(
  head: readonly string[],
  rows: readonly (readonly Cell[])[],
  width = terminalWidth(),
): string {
  const texts = rows.map((row) => head.map((_, column) => linesOf(row[column] ?? '')));
  const columns = head.map((name, column) =>
    measure(
      name,
      texts.map((row) => row[column] ?? []),
    ),
  );
  const widths = fittingWidths(columns, width - 3 * head.length - 1);
  return widths === undefined ? renderList(head, texts, width) : renderGrid(head, texts, widths);
}

/** A line as it is painted: the colours around it, and the text. */
interface Line {
  readonly before: string;
  readonly text: string;
  readonly after: string;
}

function linesOf(cell: Cell): readonly Line[] {
  return (typeof cell === 'object' ? cell : [String(cell)]).map((line) => {
    const parts = splitAtColours(line);
    const text = parts.map((part) => (part.isColour ? '' : part.text)).join('');
    const colours = parts.filter(({ isColour }) => isColour).map((part) => part.text);
    const half = Math.ceil(colours.length / 2);
    return {
      before: colours.slice(0, half).join(''),
      text: cleanLine(text).trim(),
      after: colours.slice(half).join(''),
    };
  });
}

interface Column {
  readonly wanted: number;
  /** Below it, its words are cut to pieces. */
  readonly least: number;
}

const longWord = 12;

function measure(name: string, cells: readonly (readonly Line[])[]): Column {
  const lines = [name, ...cells.flat().map(({ text }) => text)];
  const wanted = Math.max(...lines.map(textWidth));
  const word = Math.max(...lines.flatMap((line) => line.split(' ')).map(textWidth));
  return { wanted, least: Math.min(wanted, word, longWord) };
}

/** Takes from the widest first. @returns undefined when it cannot fit. */
function fittingWidths(columns: readonly Column[], available: number): readonly number[] | undefined {
  const at = (most: number) => columns.map(({ wanted, least }) => Math.max(least, Math.min(wanted, most)));
  const sum = (widths: readonly number[]) => widths.reduce((total, width) => total + width, 0);
  if (sum(at(0)) > available) return undefined;
  let most = Math.max(...columns.map(({ wanted }) => wanted));
  while (sum(at(most)) > available) most -= 1;
  return at(most);
}

function renderGrid(
  head: readonly string[],
  rows: readonly (readonly (readonly Line[])[])[],
  maxWidths: readonly number[],
): string {
  const wrapped = rows.map((row) => row.map((lines, column) => wrap(lines, maxWidths[column] ?? 0)));
  const heads = head.map((name, column) => wrap(linesOf(name), maxWidths[column] ?? 0));
  // Wrapped between words, a column may need less than it got.
  const widths = head.map((_, column) =>
    Math.max(...[heads, ...wrapped].flatMap((row) => (row[column] ?? []).map(({ text }) => textWidth(text)))),
  );
  const rule = (left: string, middle: string, right: string) =>
    `${left}${widths.map((width) => '─'.repeat(width + 2)).join(middle)}${right}`;
  // Lines of one row are told from those of the next by a rule between them.
  const isRuled = wrapped.some((row) => row.some((lines) => lines.length > 1));
  const between = isRuled ? `\n${rule('├', '┼', '┤')}\n` : '\n';
  const body = wrapped.map((row) => renderRow(row, widths)).join(between);
  return [
    rule('┌', '┬', '┐'),
    renderRow(heads, widths),
    rule('├', '┼', '┤'),
    ...(rows.length > 0 ? [body] : []),
    rule('└', '┴', '┘'),
  ].join('\n');
}

function renderRow(cells: readonly (readonly Line[])[], widths: readonly number[]): string {
  const height = Math.max(...cells.map((lines) => lines.length));
  return Array.from({ length: height }, (_, index) => {
    const parts = cells.map((lines, column) => padded(lines[index], widths[column] ?? 0));
    return `│ ${parts.join(' │ ')} │`;
  }).join('\n');
}

function padded(line: Line | undefined, width: number): string {
  if (line === undefined) return ' '.repeat(width);
  const { before, text, after } = line;
  return `${before}${text}${after}${' '.repeat(Math.max(0, width - textWidth(text)))}`;
}

function wrap(lines: readonly Line[], width: number): readonly Line[] {
  return lines.flatMap((line) => wrapLine(line.text, width).map((text) => ({ ...line, text })));
}

/** `name  value`, a row after the other. */
function renderList(
  head: readonly string[],
  rows: readonly (readonly (readonly Line[])[])[],
  width: number,
): string {
  const names = Math.max(...head.map(textWidth)) + 2;
  const render = (cells: readonly (readonly Line[])[]) =>
    cells
      .flatMap((lines, column) =>
        wrap(lines, Math.max(longWord, width - names)).map(({ before, text, after }, index) => {
          const name = index === 0 ? (head[column] ?? '') : '';
          return `${name}${' '.repeat(names - textWidth(name))}${before}${text}${after}`.trimEnd();
        }),
      )
      .join('\n');
  return rows.length === 0 ? head.join('  ') : rows.map(render).join('\n\n');
}
