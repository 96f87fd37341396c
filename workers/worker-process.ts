import { startHealthServer } from '../platform/process/health-server.js';
import type { Logger } from '../platform/process/logger.js';
import { startSampling } from '../platform/process/process-samples.js';
import type { Settings } from '../platform/settings/settings.js';
import type { Sandbox } from '../sandbox/index.js';
import { workerDeployment } from './deployment.js';
import { createWorkerMetrics, registerWorkerGauges } from './metrics.js';
import type { OpenSandbox } from './open-sandbox.js';
import { installRuntime } from './runtime.js';
import { observeSteps } from './step-observer.js';
import { openTracing } from './trace-workers.js';
import { waitFor } from './wait-for.js';
import type { WiredActivities } from './wiring.js';
import { prepareScratch, prepareTemporal, wireActivities } from './wiring.js';
import type { GradingWorkers } from './worker.js';
import { createGradingWorkers } from './worker.js';
import { workerHealth } from './worker-health.js';
import { workerSample } from './worker-sample.js';
import { workflowSource } from './workflow-source.js';

/** At most this long after the signal, submissions under way may go on here. */
const maxDrainMs = 4000;
/** Cancelled activities end well within this; then the workers are ended by force. */
const cancelledEndWithinMs = 2000;

/**
 * The life of a worker process: open what it needs onto a stack, work until `stop` is aborted or a worker
 * fails for good, then unwind the stack in reverse. Containers go last but one, so none is left behind.
 * @throws the failure of a worker, or an AggregateError of what failed while unwinding.
 */
export async function runWorkerProcess(
  settings: Settings,
  log: Logger,
  openSandbox: OpenSandbox,
  stop: AbortSignal,
): Promise<void> {
  const releasers: (() => Promise<void>)[] = [];
  const metrics = createWorkerMetrics();
  let workers: GradingWorkers | undefined;
  let hasRun = false;
  let sandbox: Sandbox | undefined;
  let wired: WiredActivities | undefined;
  try {
    const deployment = workerDeployment(settings);
    const { healthHost, temporalMetricsPort } = settings;
    const tracing = await openTracing(settings, log);
    releasers.push(async () => tracing?.close());
    installRuntime({
      log,
      metricsAddress: temporalMetricsPort === 0 ? undefined : `${healthHost}:${temporalMetricsPort}`,
    });
    registerWorkerGauges(metrics.registry, {
      isReady: () => workers?.isReady() ?? false,
      pool: () => sandbox?.stats(),
      cacheBytes: () => wired?.cacheBytes() ?? 0,
    });
    const health = await startHealthServer({
      host: healthHost,
      port: settings.workerHealthPort,
      health: () => workerHealth(workers, sandbox),
      metrics: () => metrics.registry.render(),
    });
    releasers.push(async () => health?.close());
    await prepareScratch(settings, log);
    const { connection, searchAttributes } = await waitFor(
      'temporal',
      () => prepareTemporal(settings, log),
      log,
      stop,
    );
    releasers.push(async () => {
      // Workers that were made and never ran hold it until the process ends; closing it would throw.
      if (workers === undefined || hasRun) await connection.close();
    });
    stop.throwIfAborted();
    const pool = await openSandbox(settings, log);
    sandbox = pool;
    releasers.push(() => pool.close());
    const activities = wireActivities(settings, log, pool, searchAttributes, metrics);
    wired = activities;
    releasers.push(() => activities.close());
    workers = await createGradingWorkers({
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
    const sampling = startSampling({
      directory: settings.samplesDirectory,
      process: 'worker',
      host: settings.hostId,
      log,
      worker: () => workerSample(metrics, pool.stats()),
    });
    releasers.push(() => sampling.close());
    // Told to stop while the workers were made: they take nothing any more.
    stop.throwIfAborted();
    hasRun = true;
    log.info({ hostQueue: pool.hostQueue, poolSize: settings.containerPoolSize }, 'worker started');
    await runUntilStopped(workers, stop, Math.min(maxDrainMs, settings.shutdownGraceMs));
  } catch (error) {
    // Stopped before it ran, such as while it waited for a service.
    if (!(stop.aborted && error instanceof Error && error.name === 'AbortError')) throw error;
  } finally {
    await unwind(releasers);
    log.info('worker stopped');
  }
}

async function runUntilStopped(workers: GradingWorkers, stop: AbortSignal, drainMs: number): Promise<void> {
  const shutdown = () => void workers.shutdown(drainMs);
  stop.addEventListener('abort', shutdown, { once: true });
  try {
    await workers.run();
  } finally {
    stop.removeEventListener('abort', shutdown);
  }
}

async function unwind(releasers: (() => Promise<void>)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const release of releasers.reverse()) {
    try {
      await release();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, 'The worker did not shut down cleanly.');
}
