/** The tables of docs/function-mode.md, each between its two marks. */
export type FunctionTables = Readonly<Record<'signatures' | 'refusals' | 'solutions', string>>;

/** @throws Error where the document has lost a mark. */
export function withTables(document: string, tables: FunctionTables): string {
  return Object.entries(tables).reduce((text, [name, table]) => {
    const [begin, end] = [`<!-- ${name}: written by the test that grades them -->`, `<!-- /${name} -->`];
    const from = text.indexOf(begin);
    const to = text.indexOf(end);
    if (from < 0 || to < from) throw new Error(`docs/function-mode.md has lost the marks ${begin} … ${end}`);
    return `${text.slice(0, from)}${begin}\n\n${table}\n\n${text.slice(to)}`;
  }, document);
}

/** A Markdown table; code in the first column. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) => row.map(cell));
  const widths = head.map((title, column) =>
    Math.max(Array.from(title).length, ...cells.map((row) => Array.from(row[column] ?? '').length)),
  );
  const line = (row: readonly string[]) =>
    `| ${row.map((text, column) => text + ' '.repeat((widths[column] ?? 0) - Array.from(text).length)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...cells.map(line)].join('\n');
}

/** One row for all that share a language and a verdict, in the order of their first. */
export function byVerdict(
  solutions: readonly { readonly language: string; readonly what: string; readonly verdict: string }[],
): readonly (readonly string[])[] {
  const groups = new Map<string, string[]>();
  for (const { language, what, verdict } of solutions) {
    const row = groups.get(`${language} ${verdict}`) ?? [language, verdict];
    groups.set(`${language} ${verdict}`, [...row, what]);
  }
  return [...groups.values()].map(([language = '', verdict = '', ...what]) => [
    language,
    verdict,
    what.join('; '),
  ]);
}

/** Code as it can stand in a cell, not too long. */
export function code(text: string): string {
  const shown = oneLine(text);
  return `\`${shown.length > 90 ? `${shown.slice(0, 90)}…` : shown}\``;
}

/** With line breaks and tabs as they are written in a program. */
export function oneLine(text: string): string {
  return JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"');
}

export function textBlock(lines: readonly string[]): string {
  return `\`\`\`text\n${lines.join('\n')}\n\`\`\``;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
