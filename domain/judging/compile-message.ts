import type { Language } from './language.js';
import { maxSourceBytes, mebibytes } from './limits.js';
import { cppHarnessFile, withoutSandboxPaths } from './sandbox-paths.js';

/**
 * The compiler's output as a student sees it: sandbox paths removed, and under the Go rules only the
 * first errors (contract §7).
 * @param errorLines how many errors are shown; null for the whole output.
 */
export function compileMessage(
  compilerOutput: string,
  errorLines: number | null,
  language: Language,
): string {
  const cleaned = withoutSandboxPaths(compilerOutput).replace(includedFromHarness, '').trimEnd();
  const shown = errorLines === null ? cleaned : firstErrors[language](linesOf(cleaned), errorLines);
  if (shown.trim() === '') return 'The compiler failed without a message.';
  const explained = [
    ...(namesHarness.test(shown) ? [aboutHarness] : []),
    ...(language === 'cpp' && outOfReach.test(shown) ? [aboutReach] : []),
  ];
  return [shown, ...explained].join('\n\n');
}

/** @param asked the language as it was handed in, in a version that may be newer than what there is. */
export function newerVersionMessage(language: Language, asked: string): string {
  return `The language was given as "${asked}". ${compiledAs[language]}`;
}

const compiledAs: Readonly<Record<Language, string>> = {
  cpp: 'This system compiles as C++17: what only a later standard has is an error here.',
  python: 'This system has one version of Python 3: what only a later one has is an error here.',
  java: 'This system has one version of Java: what only a later one has is an error here.',
};

export function sourceTooLargeMessage(bytes: number): string {
  return `The program is ${mebibytes(bytes)} long; at most ${mebibytes(maxSourceBytes)} are compiled. Common cause: a table that could be computed by the program.`;
}

/** Function mode: the student's file is included by ours, which is no news to the student. */
const includedFromHarness = new RegExp(`^In file included from ${cppHarnessFile}:\\d+:\\n`, 'gm');
const namesHarness = new RegExp(`^${cppHarnessFile}:`, 'm');
const aboutHarness = `Lines of ${cppHarnessFile} are not yours: they call your function as the problem declares it. Check its name, its parameters and what it returns.`;

const outOfReach = /: relocation truncated to fit: |^ld: failed to convert GOTPCREL relocation/m;
const aboutReach =
  'The linker could not place what the program declares: its global and static arrays take more than 2 GB together. Make them smaller.';

/** A line of a student's that is quoted may be very long, and must not push the error itself out of sight. */
const maxLineLength = 400;

function linesOf(text: string): readonly string[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => (line.length > maxLineLength ? `${line.slice(0, maxLineLength)}…` : line));
}

/** By the form of each compiler's messages: the word "error" may stand in any line that is quoted from the program. */
const firstErrors: Readonly<Record<Language, (lines: readonly string[], count: number) => string>> = {
  cpp: cppErrors,
  python: pythonError,
  java: javaErrors,
};

/** Of the compiler proper, and of the linker, whose last line says only that it failed. */
const cppErrorLine = /^\S.*?: (?:fatal |internal compiler )?error: |^(?:fatal )?error: /;
const linkerErrorLine = /undefined reference to|multiple definition of|: cannot find -l/;
/** Whatever else it says of a place in a section, or in its own name; "in function" only leads to the next line. */
const linkerLine = /^(?:\S*\(\.[^)]*\)|ld(?:\.\w+)?): (?!.*\b(?:warning: |in function `))/;

function cppErrors(lines: readonly string[], count: number): string {
  const errors = lines.filter(
    (line) => cppErrorLine.test(line) || linkerErrorLine.test(line) || linkerLine.test(line),
  );
  const told = errors.filter((line) => !line.startsWith('collect2: error: ld returned'));
  return beginning(told.length > 0 ? told : errors.length > 0 ? errors : lines, count);
}

/** The last report: file and line, the line itself, the kind of error. What stands before it are warnings. */
function pythonError(lines: readonly string[], count: number): string {
  const at = lines.findLastIndex((line) => /^ {2}File "/.test(line));
  const report = at < 0 ? lines : lines.slice(at);
  if (report.length <= count) return report.join('\n');
  return at < 0
    ? lines.slice(-count).join('\n')
    : [...report.slice(0, 2), ...report.slice(2 - count)].join('\n');
}

const javaMessage = /^\S.*?\.java:\d+: (error|warning): |^(error|warning): /;
const javaEnd = /^(?:Note: |\d+ (?:errors?|warnings?)$|only showing the first )/;

/** Each with its details: which symbol cannot be found, which types were required and found. */
function javaErrors(lines: readonly string[], count: number): string {
  const errors: string[][] = [];
  let current: string[] | undefined;
  for (const line of lines) {
    const [, inFile, anywhere] = javaMessage.exec(line) ?? [];
    const kind = inFile ?? anywhere;
    if (kind === 'error') {
      current = [line];
      errors.push(current);
    } else if (kind === 'warning' || javaEnd.test(line)) {
      current = undefined;
    } else {
      current?.push(line);
    }
  }
  if (errors.length === 0) return beginning(lines, count);
  const told = errors.map((error) => beginning(error, maxDetails)).slice(0, count);
  return withRest(told, errors.length - count);
}

/** An error of generic types may be explained at length. */
const maxDetails = 10;

function beginning(lines: readonly string[], count: number): string {
  return withRest(lines.slice(0, count), lines.length - count);
}

function withRest(shown: readonly string[], left: number): string {
  return left > 0 ? [...shown, `… (${left} more)`].join('\n') : shown.join('\n');
}
