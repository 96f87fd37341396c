import { errorText } from '../domain/errors/error-text.js';
import { loadEnvFile } from '../platform/process/env-file.js';
import { isMain } from '../platform/process/is-main.js';
import { createLogger } from '../platform/process/logger.js';
import { loadSettings } from '../platform/settings/settings.js';
import { applySchema } from './apply-schema.js';
import { startReferenceBackend } from './server.js';

/** Applies the schema and serves until SIGTERM or SIGINT. */
async function main(): Promise<void> {
  const settings = loadSettings(loadEnvFile(process.env, process.cwd()));
  const log = createLogger({
    name: 'reference-backend',
    level: settings.logLevel,
    format: settings.logFormat,
  });
  await applySchema(settings.databaseUrl.reveal());
  const backend = await startReferenceBackend({
    databaseUrl: settings.databaseUrl.reveal(),
    amqpUrl: settings.amqpUrl.reveal(),
    queue: settings.queue,
    host: settings.referenceBackendHost,
    port: settings.referenceBackendPort,
    log,
  });
  await new Promise<void>((resolve) => {
    for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => resolve());
  });
  await backend.close();
}

if (isMain(import.meta.url)) {
  try {
    await main();
  } catch (error) {
    process.stderr.write(`${errorText(error)}\n`);
    process.exitCode = 1;
  }
}
