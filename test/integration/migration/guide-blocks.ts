/** What the guide asks for, in its order: commands to run, or something that is done on the platform's side. */
export type GuideStep =
  | { readonly kind: 'commands'; readonly line: number; readonly text: string }
  | { readonly kind: 'meanwhile'; readonly line: number; readonly text: string };

/** The `sh` blocks of a Markdown text, and its comments `<!-- … -->` that stand on a line of their own. */
export function guideSteps(markdown: string): readonly GuideStep[] {
  const steps: GuideStep[] = [];
  let block: { line: number; lines: string[] } | undefined;
  for (const [index, line] of markdown.split('\n').entries()) {
    if (block !== undefined && line.startsWith('```')) {
      steps.push({ kind: 'commands', line: block.line, text: block.lines.join('\n') });
      block = undefined;
    } else if (block !== undefined) block.lines.push(line);
    else if (line === '```sh') block = { line: index + 1, lines: [] };
    else {
      const meanwhile = /^<!-- (.*) -->$/.exec(line)?.[1];
      if (meanwhile !== undefined) steps.push({ kind: 'meanwhile', line: index + 1, text: meanwhile });
    }
  }
  return steps;
}
