/**
 * Headers that the warm image holds precompiled: the two that students' programs begin with. The second takes a
 * second to compile.
 */
export const precompiledHeaders = ['iostream', 'bits/stdc++.h'] as const;

/**
 * Where the warm image holds them. The folder holds nothing else, so a compiler that looks there finds them or moves
 * on.
 */
export const precompiledHeadersFolder = '/usr/local/lib/grading-headers';

/**
 * Whether a program's first line of code includes a precompiled header. Only then may the compiler look for one: a
 * macro or a pragma before it could change the header's meaning (docs/architecture.md, The sandbox). Doubtful forms
 * (spliced lines, a byte order mark) count as no.
 */
export function beginsWithPrecompiledHeader(source: string): boolean {
  const include = /^[ \t]*#[ \t]*include[ \t]*<([^>\n]+)>[ \t]*(?:\/\/[^\n]*)?\r?\n/.exec(
    source.slice(lengthOfComments(source)),
  );
  return precompiledHeaders.some((header) => header === include?.[1]) && !include?.[0].includes('\\');
}

/** Length of white space and comments before the first line of code; 0 when a comment has no clear end. */
function lengthOfComments(source: string): number {
  const space = /[ \t\r\n]*/y;
  let at = 0;
  for (;;) {
    space.lastIndex = at;
    space.exec(source);
    at = space.lastIndex;
    if (source.startsWith('//', at)) {
      const end = source.indexOf('\n', at);
      if (end < 0 || /(?:\\|\?\?\/)\s*$/.test(source.slice(Math.max(at, end - 80), end))) return 0;
      at = end;
    } else if (source.startsWith('/*', at)) {
      const end = source.indexOf('*/', at + 2);
      if (end < 0) return 0;
      at = end + 2;
    } else {
      return at;
    }
  }
}
