/**
 * The life of a service, the same for worker, bridge, console and reference backend.
 *
 * Settings, then the logger, then `run`, which puts what it opens onto a stack and returns once `stop` is aborted. The
 * first SIGTERM or SIGINT aborts it; a second one ends the process at once. However `run` ends, the stack is released in
 * reverse. From the signal or the failure on a last resort is set: a release that hangs does not keep the process.
 * Exit statuses are in exit-status.ts; a second signal ends with 128 and its number, as a shell shows it.
 */

import { constants } from 'node:os';
import { currentDirectory } from '../settings/current-directory.js';
import { findSettings } from '../settings/find-settings.js';
import type { Settings } from '../settings/settings.js';
import { tell } from '../terminal/print.js';
import { renderError } from '../terminal/render-error.js';
import { refuseLinkToNothing } from './env-file.js';
import { exitStatus, isBadSettings } from './exit-status.js';
import { openLogOutput } from './log-output.js';
import type { Logger } from './logger.js';
import { createLogger } from './logger.js';
import type { ReleaseStack } from './release-stack.js';
import { withReleases } from './release-stack.js';

export interface ServiceRun {
  readonly settings: Settings;
  readonly log: Logger;
  /** Aborted by the first signal. */
  readonly stop: AbortSignal;
  readonly releases: ReleaseStack;
}

export interface Service {
  readonly name: 'worker' | 'bridge' | 'reference-backend' | 'console';
  /** By default those of the environment, completed by `.env`. @throws SettingsError */
  readonly findSettings?: () => Settings;
  /** The process ends this long after the signal, or the failure, whatever still hangs. */
  readonly lastResortMs: (settings: Settings) => number;
  /** Resolves once `stop` is aborted and nothing is under way any more. */
  readonly run: (service: ServiceRun) => Promise<void>;
}

export async function runService(service: Service): Promise<void> {
  const { name, lastResortMs, run } = service;
  let log: Logger | undefined;
  try {
    refuseLinkToNothing(currentDirectory());
    const settings = (service.findSettings ?? findSettings)();
    const { hostId: host, logLevel: level, logFormat: format } = settings;
    const destination = openLogOutput((lines, why) =>
      ownLog.error({ lines }, `this many lines of the log could not be written: ${why}`),
    );
    const ownLog = createLogger({ name, host, level, format, destination });
    log = ownLog;
    for (const doubt of settings.doubts) ownLog.warn(doubt);
    const armLastResort = () => exitIn(lastResortMs(settings), exitStatus.restart);
    process.once('uncaughtException', (err) => {
      ownLog.fatal({ err }, 'an error that nobody handled; the process is to be restarted');
      exitIn(flushMs, exitStatus.restart);
    });
    const stop = stopSignal(ownLog, armLastResort);
    await withReleases((releases) => run({ settings, log: ownLog, stop, releases }).finally(armLastResort));
    ownLog.info(`${name} stopped`);
    end(exitStatus.done);
  } catch (error) {
    if (isBadSettings(error) || log === undefined) {
      // For a person, who has to act, whatever the format of the log.
      tell(renderError(error));
      end(exitStatus.badSettings);
    } else {
      log.fatal({ err: error }, `the ${name} failed and is to be restarted`);
      end(exitStatus.restart);
    }
  }
}

function stopSignal(log: Logger, armLastResort: () => void): AbortSignal {
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (stop.signal.aborted) process.exit(128 + constants.signals[signal]);
      log.info({ signal }, 'stopping');
      armLastResort();
      stop.abort();
    });
  }
  return stop.signal;
}

/** What was written is out by then. */
const flushMs = 250;

/** Whatever holds the event loop, such as the threads of Temporal's core, ends with the process. */
function end(status: number): void {
  process.exitCode = status;
  exitIn(flushMs, status);
}

function exitIn(ms: number, status: number): void {
  setTimeout(() => process.exit(status), ms).unref();
}
