import { constants } from 'node:os';
import { errorLine } from '../../domain/errors/error-text.js';
import { tell } from './print.js';

const farewells = new Set<() => Promise<void> | void>();
/** The deadline for all of them together. */
const farewellMs = 30_000;

/**
 * What must happen before an interrupt ends the command: stop what it started, say what goes on. The latest goes first.
 * @returns withdraws it.
 */
export function onInterrupt(farewell: () => Promise<void> | void): () => void {
  farewells.add(farewell);
  return () => farewells.delete(farewell);
}

/** Says of work on the server that it goes on without this command, and what ends it. @returns withdraws it. */
export function sayItGoesOn(what: string, endCommand: string): () => void {
  return onInterrupt(() => tell(`${what} goes on. End it with: ${endCommand}`));
}

/**
 * The one place where commands are interrupted: by Ctrl-C, by a supervisor, by a terminal that was closed, and by a
 * reader that left, as `head` does. The exit status is the one a shell shows for the signal. A second signal ends the
 * process at once.
 */
export function endOnInterrupt(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => endBy(128 + constants.signals[signal]));
  }
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return endBy(128 + constants.signals.SIGPIPE);
    tell(`Standard output cannot be written: ${errorLine(error)}. Is the disk full?`);
    endBy(1);
  });
  // Nobody reads what is said about the answer: no reason to end.
  process.stderr.on('error', () => undefined);
}

let isEnding = false;

function endBy(status: number): void {
  const isSignal = status !== 128 + constants.signals.SIGPIPE;
  // A broken pipe may be noticed many times.
  if (isEnding) {
    if (isSignal) process.exit(status);
    return;
  }
  isEnding = true;
  // The terminal has echoed ^C.
  if (process.stderr.isTTY && isSignal) process.stderr.write('\n');
  setTimeout(() => process.exit(status), farewellMs).unref();
  void sayFarewells().then(() => process.exit(status));
}

async function sayFarewells(): Promise<void> {
  for (const farewell of [...farewells].reverse()) {
    try {
      await farewell();
    } catch (error) {
      tell(errorLine(error));
    }
  }
}
