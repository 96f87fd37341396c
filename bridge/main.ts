import { once } from 'node:events';
import { describeDatabase, platformKey } from '../platform/context/describe-platform.js';
import { createDatabase } from '../platform/postgres/database.js';
import { readPlatformIdentity } from '../platform/postgres/platform-identity.js';
import { createSubmissionStore } from '../platform/postgres/submission-store.js';
import type { Logger } from '../platform/process/logger.js';
import { providePrivateDirectory } from '../platform/process/private-directory.js';
import { startSampling } from '../platform/process/process-samples.js';
import type { ServiceRun } from '../platform/process/run-service.js';
import { runService } from '../platform/process/run-service.js';
import { startTracing } from '../platform/process/tracing.js';
import { SettingsError } from '../platform/settings/settings-error.js';
import { createBridgeControlStore } from '../platform/temporal/bridge-control-store.js';
import { createTemporalClient } from '../platform/temporal/connection.js';
import { createGradingStarter } from '../platform/temporal/grading-starter.js';
import { watchPlatform } from '../platform/temporal/platform-watch.js';
import { readTaskBacklog } from '../platform/temporal/task-backlog.js';
import { startBridge } from './bridge.js';
import { openControlFile } from './control-file.js';

/** Beyond SHUTDOWN_GRACE, for the last answers and for closing. */
const closingMs = 5_000;

/** Wires the bridge from the settings and runs it until it is stopped. @throws ForeignPlatformError */
async function runBridge({ settings, log, stop, releases }: ServiceRun): Promise<void> {
  await provideScratch(settings.scratchDirectory, log);
  const { otlpEndpoint: endpoint, otlpHeaders: headers, hostId: host } = settings;
  const tracing =
    endpoint && (await startTracing({ endpoint, headers, service: 'grading-bridge', host, log }));
  releases.defer('the traces', () => tracing?.close());
  const temporal = createTemporalClient(settings.temporal, tracing ? [tracing.clientInterceptor] : []);
  releases.defer('the connection to Temporal', () => temporal.close());
  const database = createDatabase({
    url: settings.databaseUrl,
    applicationName: 'grading-bridge',
    log,
    maxConnections: 4,
  });
  releases.defer('the connection to the database', () => database.close());
  const store = createSubmissionStore(database, { recordResult: 'never' });
  const sampling = startSampling({
    directory: settings.samplesDirectory,
    platform: platformKey(settings),
    process: 'bridge',
    host,
    log,
  });
  releases.defer('the samples', () => sampling.close());
  const foreign = new AbortController();
  const platform = watchPlatform({
    temporal,
    identity: () => readPlatformIdentity(database),
    place: describeDatabase(settings),
    by: `bridge ${host}`,
    log,
    onForeign: (error) => foreign.abort(error),
  });
  releases.defer('the watch over the platform', () => platform.close());
  const bridge = await startBridge({
    id: `${host}-${process.pid}`,
    settings,
    starter: createGradingStarter(temporal, log, {
      queue: settings.queue,
      assertOurs: () => platform.look(),
    }),
    control: createBridgeControlStore(temporal, settings.queue),
    controlFile: openControlFile(settings.scratchDirectory, settings.temporal.namespace, settings.queue),
    readBacklog: () => readTaskBacklog(temporal),
    findHeader: (submissionId) => store.findHeader(submissionId),
    tracing,
    log,
  });
  const close = async (): Promise<void> => {
    await bridge.close();
    log.info(bridge.health(), 'closed');
  };
  releases.defer('the bridge', close, settings.shutdownGraceMs + closingMs);
  const end = AbortSignal.any([stop, foreign.signal]);
  if (!end.aborted) await once(end, 'abort');
  foreign.signal.throwIfAborted();
}

/** A bridge works without: it then starts with the environment's setting while Temporal is down. */
async function provideScratch(directory: string, log: Logger): Promise<void> {
  try {
    await providePrivateDirectory(directory, 'TEMP_DIR');
  } catch (err) {
    if (err instanceof SettingsError) throw err;
    log.warn({ err, directory }, 'TEMP_DIR cannot be used: the last mode is not kept on disk');
  }
}

await runService({
  name: 'bridge',
  lastResortMs: ({ shutdownGraceMs }) => shutdownGraceMs + closingMs,
  run: runBridge,
});
