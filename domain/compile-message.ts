/**
 * The compiler's output as a student sees it: sandbox paths removed, and under the Go rules only the
 * first error lines (contract §7).
 * @param errorLines how many error lines are shown; null for the whole output.
 */
export function compileMessage(compilerOutput: string, errorLines: number | null): string {
  const cleaned = withoutSandboxPaths(compilerOutput).trimEnd();
  const shown = errorLines === null ? cleaned : firstErrorLines(cleaned, errorLines);
  return shown.trim() === '' ? 'The compiler failed without a message.' : shown;
}

function withoutSandboxPaths(text: string): string {
  return text
    .replaceAll('/sandbox/', '')
    .replace(/\/tmp\/cc[A-Za-z0-9]{6}\.(o|s|ltrans\d*\.o)\b/g, 'main.$1')
    .replace(/^\/usr\/bin\/(ld(?:\.\w+)?):/gm, '$1:');
}

function firstErrorLines(text: string, count: number): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const errors = lines.filter((line) => /\berror\b/i.test(line));
  // A language whose messages name no "error" line (a Python traceback) is shown from its beginning.
  const candidates = errors.length > 0 ? errors : lines;
  const left = candidates.length - count;
  const shown = candidates.slice(0, count);
  return left > 0 ? [...shown, `… (${left} more)`].join('\n') : shown.join('\n');
}
