import { once } from 'node:events';
import type { ServiceRun } from '../platform/process/run-service.js';
import { runService } from '../platform/process/run-service.js';
import { applySchema } from './apply-schema.js';
import { startReferenceBackend } from './server.js';

/** Applies the schema and serves until it is stopped. */
async function runReferenceBackend({ settings, log, stop, releases }: ServiceRun): Promise<void> {
  await applySchema(settings.databaseUrl.reveal());
  const backend = await startReferenceBackend({
    databaseUrl: settings.databaseUrl.reveal(),
    amqpUrl: settings.amqpUrl.reveal(),
    queue: settings.queue,
    host: settings.referenceBackendHost,
    port: settings.referenceBackendPort,
    log,
  });
  releases.defer('the backend', () => backend.close());
  if (!stop.aborted) await once(stop, 'abort');
}

await runService({ name: 'reference-backend', lastResortMs: () => 5_000, run: runReferenceBackend });
