/** How a program's output relates to the expected one. */
export type Comparison = 'equal' | 'equal-except-white-space' | 'different';

/**
 * Trims both ends, CRLF → LF, then compares exactly (contract §6); tells white-space-only differences apart (contract
 * §7).
 */
export function compareOutput(actual: string, expected: string): Comparison {
  const [first, second] = [normalised(actual), normalised(expected)];
  if (first === second) return 'equal';
  // Compares the trimmed texts: trimming removes characters that \s does not match.
  return withoutWhiteSpace(first) === withoutWhiteSpace(second) ? 'equal-except-white-space' : 'different';
}

function normalised(text: string): string {
  return trimmed(text).replaceAll('\r\n', '\n');
}

function withoutWhiteSpace(text: string): string {
  // Bounded: an expression that repeats without a bound overruns its stack on some million blanks.
  return text.replace(/\s{1,1000}/gu, '');
}

/** Written by hand: a regular expression anchored at the end takes quadratic time on a megabyte of inner blanks. */
function trimmed(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isEdgeSpace(text.charCodeAt(start))) start += 1;
  while (end > start && isEdgeSpace(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

/** What the Python worker's `strip` removes: Unicode white space and the four separators U+001C–U+001F. */
function isEdgeSpace(code: number): boolean {
  if (code <= 0x20) return code === 0x20 || (code >= 0x09 && code <= 0x0d) || code >= 0x1c;
  if (code < 0x1680) return code === 0x85 || code === 0xa0;
  return (
    code === 0x1680 ||
    (code >= 0x2000 && code <= 0x200a) ||
    code === 0x2028 ||
    code === 0x2029 ||
    code === 0x202f ||
    code === 0x205f ||
    code === 0x3000
  );
}
