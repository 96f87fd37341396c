/**
 * Bytes of a text within JSON, without its quotes: a control character takes six. What travels is JSON, so its bounds
 * are counted in it. Halves of surrogate pairs are counted as the escape they become.
 */
export function jsonBytes(text: string): number {
  let bytes = 0;
  for (let index = 0; index < text.length; index += 1) bytes += bytesAt(text, index);
  return bytes;
}

/** The longest beginning of a text that takes at most so much within JSON; no character is split. */
export function cutToJsonBytes(text: string, limit: number): string {
  let bytes = 0;
  for (let index = 0; index < text.length; index += 1) {
    bytes += bytesAt(text, index);
    if (bytes > limit) return text.slice(0, isTrailing(text, index) ? index - 1 : index);
  }
  return text;
}

const shortEscapes = new Set(
  ['"', '\\', '\b', '\f', '\n', '\r', '\t'].map((character) => character.charCodeAt(0)),
);

/** A pair counts two bytes for each of its halves. */
function bytesAt(text: string, index: number): number {
  const code = text.charCodeAt(index);
  if (shortEscapes.has(code)) return 2;
  if (code < 0x20) return 6;
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  if (code < 0xd800 || code > 0xdfff) return 3;
  return isTrailing(text, index) || isTrailing(text, index + 1) ? 2 : 6;
}

/** The second half of a pair. */
function isTrailing(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  const before = text.charCodeAt(index - 1);
  return code >= 0xdc00 && code <= 0xdfff && before >= 0xd800 && before <= 0xdbff;
}
