import { createRequire } from 'node:module';
import { Writable } from 'node:stream';
import type { DestinationStream, Logger } from 'pino';
import { pino } from 'pino';
import { redactCredentials } from '../settings/secret.js';
import { cleanJson } from '../terminal/clean-text.js';

export type { Logger } from 'pino';

export interface LoggerOptions {
  /** Process name, as field `name`. */
  readonly name: string;
  readonly level: string;
  /** Of which host the lines are, as field `host`. */
  readonly host?: string;
  readonly format: 'json' | 'pretty';
  /** Standard output when not given. */
  readonly destination?: DestinationStream;
}

/**
 * The logger of a process. Whatever is logged, field or error stack, passes one filter that removes
 * the passwords of URLs just before it is written.
 */
export function createLogger(options: LoggerOptions): Logger {
  const { name, level, format, host } = options;
  const target = options.destination ?? process.stdout;
  const line: DestinationStream = { write: (text) => target.write(redactCredentials(text)) };
  const stream = format === 'pretty' ? prettyStream(line) : line;
  return pino(
    {
      name,
      level,
      base: { name, ...(host === undefined ? {} : { host }), pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
    },
    stream,
  );
}

function prettyStream(line: DestinationStream): DestinationStream {
  // Loaded only when asked for: the bridge counts its memory.
  const pretty = createRequire(import.meta.url)('pino-pretty') as typeof import('pino-pretty');
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      line.write(chunk.toString());
      done();
    },
  });
  const stream = pretty({
    colorize: process.stdout.isTTY,
    ignore: ['pid', 'host', ...aboutFields].join(','),
    messageFormat: (line, messageKey) => about(line) + textOf(line[messageKey]),
    singleLine: true,
    translateTime: 'HH:MM:ss',
    destination,
  });
  return { write: (json) => stream.write(withVisibleControls(json)) };
}

/** What others wrote, such as an error's text, is decoded and printed: escaped once more, it stays escaped. */
function withVisibleControls(json: string): string {
  return cleanJson(json).replace(/\\([ubfr]|.)/gs, (pair, kind: string) =>
    'ubfr'.includes(kind) ? `\\${pair}` : pair,
  );
}

const aboutFields = ['submissionId', 'workflowId', 'runId', 'step', 'attempt'];

/** `#17 compile (attempt 2): `, what a person looks for; the other fields follow the message. */
function about({ submissionId, workflowId, step, attempt }: Record<string, unknown>): string {
  const subject = typeof submissionId === 'number' ? `#${submissionId}` : workflowId;
  if (typeof subject !== 'string') return '';
  const place = typeof step === 'string' ? ` ${step}` : '';
  const count = typeof attempt === 'number' && attempt > 1 ? ` (attempt ${attempt})` : '';
  return `${subject}${place}${count}: `;
}

function textOf(message: unknown): string {
  return typeof message === 'string' ? message : '';
}
