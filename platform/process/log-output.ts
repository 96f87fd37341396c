import type { DestinationStream } from 'pino';
import { errorLine } from '../../domain/errors/error-text.js';

/** Standard output as the place of a log. */
export interface LogOutput extends DestinationStream {
  /** Lines that could not be written since the process began. */
  linesLost(): number;
}

/** Of `process.stdout`, which calls back however a write ends. */
interface Output {
  write(text: string, done: (error?: Error | null) => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
}

/**
 * A log that cannot be written, as its disk is full or its reader is gone, is no reason to stop grading: Node would end the
 * process with the first line, and a supervisor would start it again and again. Lines are counted instead, in a metric, and
 * once the log takes lines again it is told what is missing.
 */
export function createLogOutput(output: Output, told: (lost: number, why: string) => void): LogOutput {
  let linesLost = 0;
  let missing: { count: number; why: string } | undefined;
  // Told to each write as well.
  output.on('error', () => undefined);
  return {
    linesLost: () => linesLost,
    write(text) {
      output.write(text, (error) => {
        if (error) {
          linesLost += 1;
          missing = { count: (missing?.count ?? 0) + 1, why: errorLine(error) };
        } else if (missing !== undefined) {
          const { count, why } = missing;
          missing = undefined;
          told(count, why);
        }
      });
    },
  };
}

let ofThisProcess: LogOutput | undefined;

/** That of a service, whose metrics tell what was lost. */
export function openLogOutput(told: (lost: number, why: string) => void): LogOutput {
  process.stderr.on('error', () => undefined);
  ofThisProcess = createLogOutput(process.stdout, told);
  return ofThisProcess;
}

/** Of this process; 0 where it has no such log. */
export function logLinesLost(): number {
  return ofThisProcess?.linesLost() ?? 0;
}
