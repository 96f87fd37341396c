/**
 * Text that PostgreSQL and JSON readers accept (contract §3): NUL and halves of surrogate pairs become U+FFFD.
 * The activities clean output where it is decoded; this is the last line before it leaves us.
 */
export function replaceUnstorable(text: string): string {
  return text.replace(/\0|\p{Surrogate}/gu, '\uFFFD');
}
