import type { LogLevel } from '@temporalio/worker';
import { makeTelemetryFilterString, Runtime } from '@temporalio/worker';
import type { Logger } from '../platform/logger.js';

/** Once per process, before the first connection: Temporal's own log lines go to our logger. Signals are ours. */
export function installRuntime(log: Logger): void {
  Runtime.install({
    logger: {
      log: (level, message, meta) => write(log, level, message, meta),
      trace: (message, meta) => write(log, 'TRACE', message, meta),
      debug: (message, meta) => write(log, 'DEBUG', message, meta),
      info: (message, meta) => write(log, 'INFO', message, meta),
      warn: (message, meta) => write(log, 'WARN', message, meta),
      error: (message, meta) => write(log, 'ERROR', message, meta),
    },
    telemetryOptions: {
      logging: { filter: makeTelemetryFilterString({ core: 'WARN', other: 'ERROR' }), forward: {} },
    },
    // The order of the shutdown matters, so main has it.
    shutdownSignals: [],
  });
}

const methods = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;

/** Two of a host's three workers serve activities alone, on purpose. */
const expectedMessage = 'No workflows registered, not polling for workflow tasks';

function write(log: Logger, level: LogLevel, message: string, meta: object | undefined): void {
  if (message === expectedMessage) return;
  const { error, ...fields } = { error: undefined, ...meta };
  log[methods[level]](error === undefined ? fields : { ...fields, err: error }, message);
}
