import { errorText } from '../domain/errors/error-text.js';
import { createDatabase } from '../platform/postgres/database.js';
import { createSubmissionStore } from '../platform/postgres/submission-store.js';
import { loadEnvFile } from '../platform/process/env-file.js';
import { isMain } from '../platform/process/is-main.js';
import { createLogger } from '../platform/process/logger.js';
import { startSampling } from '../platform/process/process-samples.js';
import { startTracing } from '../platform/process/tracing.js';
import { loadSettings } from '../platform/settings/settings.js';
import { createBridgeControlStore } from '../platform/temporal/bridge-control-store.js';
import { createTemporalClient } from '../platform/temporal/connection.js';
import { createGradingStarter } from '../platform/temporal/grading-starter.js';
import { readTaskBacklog } from '../platform/temporal/task-backlog.js';
import { startBridge } from './bridge.js';
import { openControlFile } from './control-file.js';

/** Wires the bridge from the environment and runs it until SIGTERM or SIGINT; a second signal ends it at once. */
async function main(): Promise<void> {
  const settings = loadSettings(loadEnvFile(process.env, process.cwd()));
  const log = createLogger({
    name: 'bridge',
    host: settings.hostId,
    level: settings.logLevel,
    format: settings.logFormat,
  });
  const { otlpEndpoint: endpoint, otlpHeaders: headers, hostId: host } = settings;
  const tracing =
    endpoint && (await startTracing({ endpoint, headers, service: 'grading-bridge', host, log }));
  const temporal = createTemporalClient(settings.temporal, tracing ? [tracing.clientInterceptor] : []);
  const database = createDatabase({
    url: settings.databaseUrl,
    applicationName: 'grading-bridge',
    log,
    maxConnections: 4,
  });
  const store = createSubmissionStore(database, { recordResult: 'never' });
  const bridge = await startBridge({
    id: `${settings.hostId}-${process.pid}`,
    settings,
    starter: createGradingStarter(temporal, log),
    control: createBridgeControlStore(temporal, settings.queue),
    controlFile: openControlFile(settings.tempDir, settings.temporal.namespace, settings.queue),
    readBacklog: () => readTaskBacklog(temporal),
    findHeader: (submissionId) => store.findHeader(submissionId),
    tracing,
    log,
  });

  const sampling = startSampling({
    directory: settings.samplesDirectory,
    process: 'bridge',
    host: settings.hostId,
    log,
  });

  const signal = await new Promise<string>((resolve) => {
    for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => resolve(name));
  });
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => process.exit(1));
  log.info({ signal }, 'closing');
  setTimeout(() => process.exit(1), settings.shutdownGraceMs + 5_000).unref();
  await bridge.close();
  await sampling.close();
  await Promise.allSettled([database.close(), temporal.close(), tracing?.close()]);
  log.info(bridge.health(), 'closed');
}

if (isMain(import.meta.url)) {
  try {
    await main();
  } catch (error) {
    process.stderr.write(`${errorText(error)}\n`);
    process.exitCode = 1;
  }
}
