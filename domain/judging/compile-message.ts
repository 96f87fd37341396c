import { cppHarnessFile, withoutSandboxPaths } from './sandbox-paths.js';

/**
 * The compiler's output as a student sees it: without sandbox paths and, under the Go rules, only the first error
 * lines (contract §7).
 * @param errorLines how many error lines are shown; null for the whole output.
 */
export function compileMessage(compilerOutput: string, errorLines: number | null): string {
  const cleaned = withoutSandboxPaths(compilerOutput).replace(includedFromHarness, '').trimEnd();
  const shown = errorLines === null ? cleaned : firstErrorLines(cleaned, errorLines);
  if (shown.trim() === '') return 'The compiler failed without a message.';
  return namesHarness.test(shown) ? `${shown}\n\n${aboutHarness}` : shown;
}

/** In function mode our file includes the student's; that line says nothing to the student. */
const includedFromHarness = new RegExp(`^In file included from ${cppHarnessFile}:\\d+:\\n`, 'gm');
const namesHarness = new RegExp(`^${cppHarnessFile}:`, 'm');
const aboutHarness = `Lines of ${cppHarnessFile} are not yours: they call your function as the problem declares it. Check its name, its parameters and what it returns.`;

function firstErrorLines(text: string, count: number): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const errors = lines.filter((line) => /\berror\b/i.test(line));
  // Messages without an "error" line (a Python traceback) are shown from the beginning.
  const candidates = errors.length > 0 ? errors : lines;
  const left = candidates.length - count;
  const shown = candidates.slice(0, count);
  return left > 0 ? [...shown, `… (${left} more)`].join('\n') : shown.join('\n');
}
