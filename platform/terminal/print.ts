import { cleanLines } from './clean-text.js';
import { cleanBetweenColours } from './paint.js';
import { fitTerminal } from './text-width.js';

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

/** Begins another look: overwrites a terminal; elsewhere, such as in a log, an empty line separates two looks. */
export function startScreen(platform: string): void {
  if (process.stdout.isTTY) process.stdout.write('\x1b[H\x1b[2J');
  say(process.stdout.isTTY ? fitTerminal(platform) : '');
}

export function printable(text: string): string {
  return cleanBetweenColours(text, cleanLines);
}
