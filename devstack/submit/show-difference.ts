import { comparedLines, firstDifference } from '../../domain/judging/first-difference.js';
import { cleanLine } from '../../platform/terminal/clean-text.js';
import type { Paint } from '../../platform/terminal/paint.js';
import { cutLine, textWidth } from '../../platform/terminal/text-width.js';

/** Lines shown of a text: as many fit on a screen beside the rest. */
const linesShown = 6;
const nameWidth = 10;

/** A text under its name, cut in both directions. @param from the first line that is shown. */
export function showText(name: string, text: string, width: number, from = 0): readonly string[] {
  const lines = text.replace(/\r?\n$/, '').split(/\r?\n/);
  const shown = lines.slice(from, from + linesShown).map((line) => cutLine(visible(line), width - nameWidth));
  const left = lines.length - from - shown.length;
  return [
    ...(from > 0 ? [`… ${from} line(s) before`] : []),
    ...shown,
    ...(left > 0 ? [`… ${left} more line(s)`] : []),
  ].map((line, index) => `${(index === 0 ? name : '').padEnd(nameWidth)}${line}`);
}

/**
 * What was expected and what came instead, from the first line that differs, with a mark below the first character
 * that does. Outer white space does not count, as in grading.
 */
export function showDifference(
  expected: string,
  got: string,
  width: number,
  paint: Paint,
): readonly string[] {
  const [wanted, came] = [comparedLines(expected), comparedLines(got)];
  const at = firstDifference(wanted, came);
  const from = Math.max(0, at.line - 2);
  const mark = `line ${at.line + 1}, column ${at.column + 1}`;
  const lineOf = (lines: readonly string[]) => lines[at.line] ?? '';
  const before = visible(lineOf(came).slice(0, at.column));
  const indent = Math.min(textWidth(before), Math.max(0, width - nameWidth - mark.length - 3));
  const gotLines = [...showText('got', came.join('\n'), width, from)];
  // Below the line it is about: the lines cut off before it take one.
  const place = Math.min(gotLines.length, at.line - from + (from > 0 ? 1 : 0) + 1);
  gotLines.splice(place, 0, `${' '.repeat(nameWidth + indent)}${paint('red', `^ ${mark}`)}`);
  return [...showText('expected', wanted.join('\n'), width, from), ...gotLines];
}

/** White space that a reader cannot see is shown: at the end of a line, and more than one space. */
function visible(line: string): string {
  const dotted = line
    .replaceAll('\t', '→')
    .replace(/ +$/, (spaces) => '·'.repeat(spaces.length))
    .replace(/ {2,}/g, (spaces) => '·'.repeat(spaces.length));
  return cleanLine(dotted);
}
