import { errorText } from '../domain/errors/error-text.js';
import { loadEnvFile } from '../platform/process/env-file.js';
import { isMain } from '../platform/process/is-main.js';
import { createLogger } from '../platform/process/logger.js';
import { loadSettings } from '../platform/settings/settings.js';
import { openSandbox } from './open-sandbox.js';
import { runWorkerProcess } from './worker-process.js';

/** Something failed that a fresh process may survive: the supervisor is to start this one again. */
const exitForRestart = 75;
const exitForBadSettings = 78;
/** Containers are gone by then, or their runners end with this process. */
const lastResortMs = 14_000;

async function main(): Promise<void> {
  const settings = readSettings();
  const log = createLogger({
    name: 'worker',
    host: settings.hostId,
    level: settings.logLevel,
    format: settings.logFormat,
  });
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (stop.signal.aborted) return;
      log.info({ signal }, 'stopping');
      setTimeout(() => process.exit(exitForRestart), lastResortMs).unref();
      stop.abort();
    });
  }
  try {
    await runWorkerProcess(settings, log, openSandbox, stop.signal);
    process.exit(0);
  } catch (error) {
    log.fatal({ err: error }, 'the worker failed and is to be restarted');
    process.exit(exitForRestart);
  }
}

function readSettings() {
  try {
    return loadSettings(loadEnvFile(process.env, process.cwd()));
  } catch (error) {
    process.stderr.write(`${errorText(error)}\n`);
    process.exit(exitForBadSettings);
  }
}

if (isMain(import.meta.url)) await main();
