/**
 * What a terminal would obey, or a reader could not see: control characters (C0, DEL, C1), characters that turn the
 * direction of writing, are invisible or break lines, lone surrogates, and fillers that are drawn as nothing.
 */
const unprintable =
  /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\u115f\u1160\u2800\u3164\uffa0]|\u034f|[\u17b4\u17b5]|[\u{e0100}-\u{e01ef}]/gu;

const tabWidth = 4;

/** Text of somebody else's as one line that can be printed: what is unprintable is shown as JSON would write it. */
export function cleanLine(text: string): string {
  return cleanLines(text.replace(/\s+/gu, ' '));
}

/** The same for text that may have several lines. */
export function cleanLines(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replaceAll('\t', ' '.repeat(tabWidth))
    .replace(unprintable, (character) => (character === '\n' ? character : escaped(character)));
}

/** JSON text in which nothing is raw that a terminal would obey. `JSON.stringify` leaves C1 and the directions as they are. */
export function cleanJson(json: string): string {
  return json.replace(unprintable, (character) => (character === '\n' ? character : escaped(character)));
}

/** `\u202e`, by UTF-16 units as in JSON. */
function escaped(character: string): string {
  return Array.from(
    { length: character.length },
    (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`,
  ).join('');
}
