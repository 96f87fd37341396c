/**
 * Rows as lines of aligned text, for a block of fixed-width text: the web UI shows the columns of a Markdown table
 * without space between them. No cell can end the line or the block.
 * @param right the columns whose texts end together.
 */
export function alignedLines(rows: readonly (readonly string[])[], right: readonly number[]): string[] {
  const cells = rows.map((row) => row.map((cell) => cell.replace(/[`\r\n]/g, ' ')));
  const columns = Math.max(0, ...cells.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...cells.map((row) => row[column]?.length ?? 0)),
  );
  return cells.map((row) =>
    row
      .map((cell, column) =>
        right.includes(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
}
