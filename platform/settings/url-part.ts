/**
 * A part of an address as it was meant: a % that begins no code is itself, as in a password that nobody has escaped. Clients
 * of the services take it so, too.
 */
export function decodedPart(written: string): string {
  try {
    return decodeURIComponent(written);
  } catch {
    return written;
  }
}
