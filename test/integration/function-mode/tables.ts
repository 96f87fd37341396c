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

/** One line for all that share a language and a verdict, in the order of their first. */
export function byVerdict(
  solutions: readonly { readonly language: string; readonly what: string; readonly verdict: string }[],
): string {
  const groups = new Map<string, string[]>();
  for (const { language, what, verdict } of solutions) {
    const group = `**${language}, ${verdict}**`;
    groups.set(group, [...(groups.get(group) ?? []), what]);
  }
  return list([...groups].map(([group, what]) => `${group}: ${what.join('; ')}`));
}

export function list(lines: readonly string[]): string {
  return lines.map((line) => `- ${line}`).join('\n');
}

/** Code as it can stand in a line, not too long. */
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
