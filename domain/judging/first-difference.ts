/** A place in a text, from 0. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** The lines of a text as grading compares them: outer white space does not count. */
export function comparedLines(text: string): readonly string[] {
  return text.replaceAll('\r\n', '\n').trim().split('\n');
}

/** Where two texts part. */
export function firstDifference(one: readonly string[], other: readonly string[]): Place {
  const found = one.findIndex((text, index) => text !== other[index]);
  if (found === -1) return { line: Math.min(one.length, other.length), column: 0 };
  const [a, b] = [one[found] ?? '', other[found] ?? ''];
  let column = 0;
  while (column < a.length && a[column] === b[column]) column += 1;
  return { line: found, column };
}
