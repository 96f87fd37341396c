const replacement = '\uFFFD';
const printedReplacement = new TextEncoder().encode(replacement);

/** A program's bytes as text; invalid sequences become U+FFFD, everything else is kept. */
export function decodeOutput(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}

/** A program's bytes as text without those that are no UTF-8. */
export function decodeValidOutput(bytes: Uint8Array): string {
  const text = decodeOutput(bytes);
  if (!text.includes(replacement)) return text;
  // One that the program printed stays.
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  const parts: string[] = [];
  let from = 0;
  for (let at = 0; at <= bytes.length; at += 1) {
    const isPrinted = printedReplacement.every((byte, index) => bytes[at + index] === byte);
    if (!isPrinted && at < bytes.length) continue;
    parts.push(decoder.decode(bytes.subarray(from, at)).replaceAll(replacement, ''));
    from = at + printedReplacement.length;
  }
  return parts.join(replacement);
}

/**
 * The storable part of a program's output: valid UTF-8 without NUL (contract §3), at most `limitBytes` long, then a
 * mark that says how much was cut.
 */
export function storableText(bytes: Uint8Array, limitBytes: number): string {
  // Replacement only lengthens the text, so a character split here lies past the limit and is cut below.
  const text = withoutNul(decodeOutput(bytes.subarray(0, limitBytes + 4)));
  const encoded = new TextEncoder().encode(text);
  if (bytes.length <= limitBytes && encoded.length <= limitBytes) return text;
  let end = Math.min(limitBytes, encoded.length);
  while (end > 0 && isContinuation(encoded[end])) end -= 1;
  return `${decodeOutput(encoded.subarray(0, end))}\n… (cut: the first ${end} of ${bytes.length} bytes are shown)`;
}

/**
 * Beginning and end of a text longer than `limitBytes`, with a mark for what is left out: the last line of a
 * traceback says more than its middle. Storable as it is.
 */
export function storableExcerpt(text: string, limitBytes: number): string {
  const encoded = new TextEncoder().encode(withoutNul(text));
  if (encoded.length <= limitBytes) return decodeOutput(encoded);
  let headEnd = Math.floor(limitBytes / 2);
  let tailStart = encoded.length - headEnd;
  while (headEnd > 0 && isContinuation(encoded[headEnd])) headEnd -= 1;
  while (isContinuation(encoded[tailStart])) tailStart += 1;
  const head = decodeOutput(encoded.subarray(0, headEnd));
  return `${head}\n… (${tailStart - headEnd} bytes left out) …\n${decodeOutput(encoded.subarray(tailStart))}`;
}

/** PostgreSQL text cannot hold a NUL; a mark keeps its place visible. */
function withoutNul(text: string): string {
  return text.replaceAll('\0', replacement);
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}
