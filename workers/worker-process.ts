import { platformKey } from '../platform/context/describe-platform.js';
import { startHealthServer } from '../platform/process/health-server.js';
import { providePrivateDirectory } from '../platform/process/private-directory.js';
import { startSampling } from '../platform/process/process-samples.js';
import type { ServiceRun } from '../platform/process/run-service.js';
import { workerDeployment } from './deployment.js';
import type { WorkerMetrics } from './metrics.js';
import { createWorkerMetrics, registerWorkerGauges } from './metrics.js';
import { NamespaceReplacedError } from './namespace-watch.js';
import type { OpenSandbox } from './open-sandbox.js';
import { OwnWatches } from './own-watches.js';
import { prepareTemporal } from './prepare-temporal.js';
import { startPruning } from './prune-outputs.js';
import { installRuntime } from './runtime.js';
import { observeSteps } from './step-observer.js';
import { openTracing } from './trace-workers.js';
import { waitFor } from './wait-for.js';
import { outputDirectory, wireActivities } from './wiring.js';
import type { GradingWorkers } from './worker.js';
import { createGradingWorkers } from './worker.js';
import { workerHealth } from './worker-health.js';
import { WorkerParts } from './worker-parts.js';
import { workerSample } from './worker-sample.js';
import { workflowSource } from './workflow-source.js';

/** At most this long after the signal, submissions under way may go on here. */
const maxDrainMs = 4000;
/** Cancelled activities end well within this; then the workers are ended by force. */
const cancelledEndWithinMs = 2000;

/**
 * The life of a worker: open what it needs onto the stack, then work until `stop` is aborted or a worker fails for
 * good. In reverse, containers go after what uses them and before the connection, so none is left behind.
 * @throws SettingsError, or the failure of a worker.
 */
export async function runWorkerProcess(
  { settings, log, stop, releases }: ServiceRun,
  openSandbox: OpenSandbox,
): Promise<void> {
  const metrics = createWorkerMetrics();
  const parts = new WorkerParts();
  // First of all, as it may find a wrong setting.
  const deployment = workerDeployment(settings);
  const tracing = await openTracing(settings, log);
  releases.defer('the traces', () => tracing?.close());
  await observe({ settings, log, releases }, metrics, parts);
  await providePrivateDirectory(settings.scratchDirectory, 'TEMP_DIR');
  await providePrivateDirectory(outputDirectory(settings), 'TEMP_DIR');
  const { gradingDeadlineMs } = settings;
  const pruning = await startPruning({ directory: outputDirectory(settings), gradingDeadlineMs, log });
  releases.defer('the pruning of outputs', () => pruning.close());
  /** Aborted with what a person has to set right: another worker has our HOST_ID, another platform the namespace. */
  const wrong = new AbortController();
  const onWrong = (error: Error) => wrong.abort(error);
  const watches = new OwnWatches(settings, log);
  releases.defer('the watches', () => watches.close());
  const platform = watches.platform(onWrong);
  const temporal = await waitFor('temporal', () => prepareTemporal(settings, log, platform), log, stop);
  if (temporal === undefined) return;
  const { connection, searchAttributes } = temporal;
  releases.defer('the connection to Temporal', async () => {
    // Workers that never ran, or do not end, hold it until the process ends; closing it would throw.
    if (parts.workers === undefined || parts.workers.isEnded()) await connection.close();
  });
  if (stop.aborted) return;
  const pool = await openSandbox(settings, log);
  parts.sandbox = pool;
  releases.defer('the containers', () => pool.close(), 12_000);
  const attributes = watches.searchAttributes(searchAttributes);
  const activities = wireActivities(settings, log, pool, () => attributes.usable(), metrics);
  parts.activities = activities;
  releases.defer('the connections of the activities', () => activities.close());
  const makeWorkers = () =>
    createGradingWorkers({
      connection,
      namespace: settings.temporal.namespace,
      activities: activities.activities,
      activityInterceptors: [
        ...(tracing === undefined ? [] : [tracing.workers.activityInterceptor]),
        observeSteps(metrics),
      ],
      sinks: tracing?.workers.sinks,
      workflows: workflowSource(tracing !== undefined),
      reservations: pool,
      hostQueue: pool.hostQueue,
      poolSize: settings.containerPoolSize,
      workflowCacheSize: settings.workflowCacheSize,
      shutdownForceMs: cancelledEndWithinMs,
      leasesHeld: () => pool.stats().leases,
      endLeases: () => pool.endLeases(),
      deployment,
    });
  parts.workers = await makeWorkers();
  const sampling = startSampling({
    directory: settings.samplesDirectory,
    platform: platformKey(settings),
    process: 'worker',
    host: settings.hostId,
    log,
    worker: () => workerSample(metrics, pool.stats()),
  });
  releases.defer('the samples', () => sampling.close());
  let isReplaced = false;
  parts.namespace = watches.namespace(platform, () => {
    isReplaced = true;
    // Nothing is left to finish: the leases end at once, and the polls of the old namespace with them.
    void parts.workers?.shutdown(0);
  });
  // Told to stop while the workers were made: they take nothing any more.
  if (stop.aborted) return;
  log.info({ hostQueue: pool.hostQueue, poolSize: settings.containerPoolSize }, 'worker started');
  watches.hostId(pool.hostQueue, onWrong);
  parts.polls = watches.polls(pool.hostQueue, () => parts.workers?.isBusy() ?? false);
  for (;;) {
    isReplaced = false;
    await runUntilStopped(parts.workers, wrong.signal, { settings, stop });
    if (!isReplaced || stop.aborted) return;
    if (!parts.workers.isEnded()) throw new NamespaceReplacedError(settings.temporal);
    parts.workers = await makeWorkers();
    log.warn('the workers were made again for the new namespace');
  }
}

/** From the first moment on, before there is anything to tell. */
async function observe(
  { settings, log, releases }: Pick<ServiceRun, 'settings' | 'log' | 'releases'>,
  metrics: WorkerMetrics,
  parts: WorkerParts,
): Promise<void> {
  const { healthHost, temporalMetricsPort, workerHealthPort } = settings;
  const metricsAddress = temporalMetricsPort === 0 ? undefined : `${healthHost}:${temporalMetricsPort}`;
  installRuntime({ log, metricsAddress });
  registerWorkerGauges(metrics.registry, parts);
  const health = await startHealthServer({
    host: healthHost,
    port: workerHealthPort,
    health: () => workerHealth(parts),
    metrics: () => metrics.registry.render(),
  });
  releases.defer('the health port', () => health?.close());
}

/** Returns once they have ended. @throws SettingsError when something is wrong, or the failure of a worker. */
async function runUntilStopped(
  workers: GradingWorkers,
  wrong: AbortSignal,
  { settings, stop }: Pick<ServiceRun, 'settings' | 'stop'>,
): Promise<void> {
  const drainMs = Math.min(maxDrainMs, settings.shutdownGraceMs);
  const shutdown = () => void workers.shutdown(drainMs);
  const end = AbortSignal.any([stop, wrong]);
  // Found while the containers were made.
  wrong.throwIfAborted();
  end.addEventListener('abort', shutdown, { once: true });
  try {
    await workers.run();
  } finally {
    end.removeEventListener('abort', shutdown);
  }
  wrong.throwIfAborted();
}
