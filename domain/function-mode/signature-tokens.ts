/** One word, number, literal or mark of a C++ declaration. */
export interface SignatureToken {
  readonly kind: 'word' | 'number' | 'literal' | 'mark';
  readonly text: string;
}

/**
 * Splits a declaration into tokens; comments and white space separate them. `>>` is two marks, because in a signature
 * it closes two templates.
 * @returns undefined tokens and the first character that belongs to no C++ token.
 */
export function signatureTokens(
  text: string,
): { readonly tokens: readonly SignatureToken[] } | { readonly unreadable: string } {
  const tokens: SignatureToken[] = [];
  const pattern = new RegExp(tokenPattern, 'uy');
  while (pattern.lastIndex < text.length) {
    const start = pattern.lastIndex;
    const found = pattern.exec(text);
    if (found === null) return { unreadable: String.fromCodePoint(text.codePointAt(start) ?? 0) };
    const { word, number, literal, mark } = found.groups ?? {};
    if (word !== undefined) tokens.push({ kind: 'word', text: word });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (literal !== undefined) tokens.push({ kind: 'literal', text: literal });
    else if (mark !== undefined) tokens.push({ kind: 'mark', text: mark });
  }
  return { tokens };
}

const tokenPattern = [
  /\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\//,
  /(?<word>[\p{L}_][\p{L}\p{N}_]*)/u,
  /(?<number>\.?\p{N}[\p{L}\p{N}_.']*)/u,
  /(?<literal>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')/,
  /(?<mark>::|&&|->|\.\.\.|\[\[|\]\]|[-+*/%^&|~!=<>()[\]{},;:?.])/,
]
  .map((part) => part.source)
  .join('|');
