import { cleanJson, cleanLines } from './clean-text.js';
import { cleanBetweenColours } from './paint.js';

/**
 * The one way to a terminal. Titles, names, messages and error texts are other people's: no control character of theirs
 * gets through, whatever the caller forgot.
 */
export function say(text: string): void {
  process.stdout.write(`${printable(text)}\n`);
}

/** To standard error: about the answer, not part of it. */
export function tell(text: string): void {
  process.stderr.write(`${printable(text)}\n`);
}

/** Of the JSON that commands print: it is raised when a name is taken away or means something else. */
const schemaVersion = 1;

/** For programs; the names are stable. A list has no place for its version. @param indent of 0 makes one line. */
export function printJson(value: object, indent = 2): void {
  const printed = Array.isArray(value) ? value : { schemaVersion, ...value };
  process.stdout.write(`${cleanJson(JSON.stringify(printed, undefined, indent))}\n`);
}

/** Overwrites a terminal from its top. */
export function clearScreen(): void {
  process.stdout.write('\x1b[H\x1b[2J');
}

export function printable(text: string): string {
  return cleanBetweenColours(text, cleanLines);
}
