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
  const layout = layOut(head, rows, width);
  return [layout.begin, ...rows.map((row, index) => layout.row(row, index === 0)), layout.end]
    .filter((part) => part !== '')
    .join('\n');
}

/** How many rows are waited for before a table begins: their cells decide its widths. */
const rowsToMeasure = 32;

/**
 * A table whose rows appear as they come; nothing where none comes. The first rows decide the widths; a wider cell after
 * them is wrapped.
 * @param widest cells known beforehand to be the widest of their columns; '' where that is not known.
 */
export async function sayTable(
  head: readonly string[],
  widest: readonly Cell[],
  rows: AsyncIterable<readonly Cell[]>,
  say: (text: string) => void,
): Promise<void> {
  let layout: TableLayout | undefined;
  const first: (readonly Cell[])[] = [];
  const begin = (): TableLayout => {
    const begun = layOut(head, first.length < rowsToMeasure ? first : [widest, ...first], terminalWidth());
    if (begun.begin !== '') say(begun.begin);
    for (const [index, row] of first.entries()) say(begun.row(row, index === 0));
    return begun;
  };
  for await (const row of rows) {
    if (layout !== undefined) say(layout.row(row, false));
    else if (first.push(row) === rowsToMeasure) layout = begin();
  }
  if (first.length === 0) return;
  layout ??= begin();
  if (layout.end !== '') say(layout.end);
}

/** The parts of a table of some widths, each of whole lines; '' is a part without lines. */
interface TableLayout {
  readonly begin: string;
  readonly end: string;
  /** With the rule before it, where rows of several lines need one. */
  row(cells: readonly Cell[], isFirst: boolean): string;
}

/** @param rows whose cells decide the widths. */
function layOut(head: readonly string[], rows: readonly (readonly Cell[])[], width: number): TableLayout {
  const linesOfRow = (row: readonly Cell[]) => head.map((_, column) => linesOf(row[column] ?? ''));
  const texts = rows.map(linesOfRow);
  const columns = head.map((name, column) =>
    measure(
      name,
      texts.map((row) => row[column] ?? []),
    ),
  );
  const widths = fittingWidths(columns, width - 3 * head.length - 1);
  const layout = widths === undefined ? listLayout(head, texts, width) : gridLayout(head, texts, widths);
  return { ...layout, row: (cells, isFirst) => layout.row(linesOfRow(cells), isFirst) };
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

/** Of each column the lines of its cell. */
type LinesOfRow = readonly (readonly Line[])[];

interface PaintedLayout extends Omit<TableLayout, 'row'> {
  row(cells: LinesOfRow, isFirst: boolean): string;
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

function gridLayout(
  head: readonly string[],
  rows: readonly LinesOfRow[],
  maxWidths: readonly number[],
): PaintedLayout {
  const wrapped = rows.map((row) => row.map((lines, column) => wrap(lines, maxWidths[column] ?? 0)));
  const heads = head.map((name, column) => wrap(linesOf(name), maxWidths[column] ?? 0));
  // Wrapped between words, a column may need less than it got.
  const widths = head.map((_, column) =>
    Math.max(...[heads, ...wrapped].flatMap((row) => (row[column] ?? []).map(({ text }) => textWidth(text)))),
  );
  const rule = (left: string, middle: string, right: string) =>
    `${left}${widths.map((width) => '─'.repeat(width + 2)).join(middle)}${right}`;
  // Lines of one row are told from those of the next by a rule between them.
  const hasLines = (row: LinesOfRow) => row.some((lines) => lines.length > 1);
  let isRuled = wrapped.some(hasLines);
  return {
    begin: [rule('┌', '┬', '┐'), renderRow(heads, widths), rule('├', '┼', '┤')].join('\n'),
    row: (cells, isFirst) => {
      const lines = cells.map((cell, column) => wrap(cell, widths[column] ?? 0));
      isRuled ||= hasLines(lines);
      const row = renderRow(lines, widths);
      return isRuled && !isFirst ? `${rule('├', '┼', '┤')}\n${row}` : row;
    },
    end: rule('└', '┴', '┘'),
  };
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
function listLayout(head: readonly string[], rows: readonly LinesOfRow[], width: number): PaintedLayout {
  const names = Math.max(...head.map(textWidth)) + 2;
  const render = (cells: LinesOfRow) =>
    cells
      .flatMap((lines, column) =>
        wrap(lines, Math.max(longWord, width - names)).map(({ before, text, after }, index) => {
          const name = index === 0 ? (head[column] ?? '') : '';
          return `${name}${' '.repeat(names - textWidth(name))}${before}${text}${after}`.trimEnd();
        }),
      )
      .join('\n');
  return {
    begin: rows.length === 0 ? head.join('  ') : '',
    row: (cells, isFirst) => (isFirst ? render(cells) : `\n${render(cells)}`),
    end: '',
  };
}
