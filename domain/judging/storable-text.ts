const replacement = '\uFFFD';

/** A program's bytes as text; invalid sequences become U+FFFD, everything else is kept. */
export function decodeOutput(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}

/** A program's bytes as text without those that are no UTF-8. */
export function decodeValidOutput(bytes: Uint8Array): string {
  const text = decodeOutput(bytes);
  if (!text.includes(replacement)) return text;
  const valid = new Uint8Array(bytes.length);
  let length = 0;
  for (let at = 0; at < bytes.length; ) {
    const end = at + sequenceLength(bytes, at);
    if (end === at) at += 1;
    for (; at < end; at += 1) valid[length++] = bytes[at] ?? 0;
  }
  return decodeOutput(valid.subarray(0, length));
}

/** Bytes of the UTF-8 sequence that begins at `at`, 0 where none does (Unicode, table 3-7). */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return 1;
  const length = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  // No overlong form, no surrogate, nothing above U+10FFFF.
  const from = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const to = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  const second = bytes[at + 1] ?? 0;
  if (second < from || second > to) return 0;
  for (let index = 2; index < length; index += 1) if (!isContinuation(bytes[at + index])) return 0;
  return length;
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
