import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type {
  ActivityInterceptorsFactory,
  InjectedSinks,
  NativeConnection,
  WorkerDeploymentOptions,
  WorkerOptions,
} from '@temporalio/worker';
import { Worker } from '@temporalio/worker';
import type { Sinks } from '@temporalio/workflow';
import type { Activities } from '../activities/create-activities.js';
import { gradingQueue, sandboxQueue } from '../domain/grading/grading-workflow.js';
import { shortTestsAtATime } from '../domain/grading/short-tests.js';
import { batchesScheduledAhead } from '../domain/grading/test-batches.js';
import { workerIdentity } from '../platform/temporal/worker-identity.js';
import type { ContainerReservations } from './container-slots.js';
import { containerSlots } from './container-slots.js';
import { groupWorkers } from './worker-group.js';
import type { WorkflowSource } from './workflow-source.js';
import { tracingModules } from './workflow-source.js';

export interface GradingWorkersOptions {
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly activities: Activities;
  readonly workflows: WorkflowSource;
  readonly reservations: ContainerReservations;
  readonly hostQueue: string;
  readonly poolSize: number;
  /** Workflows kept in memory; about 1 MB each. */
  readonly workflowCacheSize: number;
  /** From the cancellation of the last activities to the end by force. */
  readonly shutdownForceMs: number;
  /** Leases held now; a shutdown lets them finish for a while. */
  readonly leasesHeld: () => number;
  /** Ends them: from now on every step that needs one fails with LeaseLostError at once. */
  readonly endLeases: () => Promise<void>;
  /** Around each activity. */
  readonly activityInterceptors?: readonly ActivityInterceptorsFactory[];
  /** Take the spans out of the workflows; without them, workflows make none. */
  readonly sinks?: InjectedSinks<Sinks> | undefined;
  /** Unversioned when not given. */
  readonly deployment?: WorkerDeploymentOptions | undefined;
}

export interface GradingWorkers {
  /** Resolves after a shutdown. Rejects when one of the workers fails for good; the others are stopped first. */
  run(): Promise<void>;
  /** Takes no new submission, lets those under way finish for `drainMs`, then hands the rest to other hosts. */
  shutdown(drainMs: number): Promise<void>;
  /** Whether every worker polls. */
  isReady(): boolean;
  /** Whether one of them does something. */
  isBusy(): boolean;
  /** The queues whose workers failed; the process ends soon. */
  failed(): readonly string[];
  /** False while one of them holds the connection, which cannot be closed then. */
  isEnded(): boolean;
}

/** Besides tests: releases, and results that refer to outputs of this host. */
const otherHostSlots = 4;
const lightActivities = 16;
/** A workflow's next step arrives within this time of the one before. */
const handOverMs = 1000;
/** After the end by force; the SDK's end may hang where the server does not answer. */
const endWithinMs = 2000;

/**
 * One process, three workers on one connection: `grading` (workflows and light activities),
 * `grading-sandbox` (leases; polled only while a container is free) and this host's own queue.
 *
 * Shutdown, in this order: stop taking leases; while the leases held finish, the other two go on; after
 * the drain time the leases left are ended, and this host's queue is served for a moment longer, so that each
 * of their workflows hears that its lease is lost and goes to another host at once; then everything stops.
 * Without that moment a workflow that was between two tests would wait in a queue nobody serves.
 */
export async function createGradingWorkers(options: GradingWorkersOptions): Promise<GradingWorkers> {
  const workers = groupWorkers(await createAll(options), options.shutdownForceMs + endWithinMs);
  return {
    run: () => workers.run(),
    async shutdown(drainMs) {
      workers.stop(sandboxQueue);
      const deadline = performance.now() + drainMs;
      while (options.leasesHeld() > 0 && performance.now() < deadline) await sleep(100);
      if (options.leasesHeld() > 0) {
        await Promise.race([options.endLeases(), sleep(handOverMs)]);
        await sleep(handOverMs);
      }
      workers.stop();
    },
    isReady: () => workers.isReady(),
    isBusy: () => workers.isBusy(),
    failed: () => workers.failed(),
    isEnded: () => workers.isEnded(),
  };
}

async function createAll(options: GradingWorkersOptions): Promise<ReadonlyMap<string, Worker>> {
  const { activities, workflows, workflowCacheSize, hostQueue, poolSize } = options;
  const activity = [...(options.activityInterceptors ?? [])];
  const traced = { activity, ...('workflowsPath' in workflows ? { workflowModules: tracingModules() } : {}) };
  const common: WorkerOptions = {
    connection: options.connection,
    namespace: options.namespace,
    identity: workerIdentity(hostQueue, process.pid, hostname()),
    taskQueue: gradingQueue,
    activities,
    interceptors: { activity },
    shutdownGraceTime: 0,
    shutdownForceTime: options.shutdownForceMs,
    // A cancelled grading stops its program within about a second.
    maxHeartbeatThrottleInterval: '1s',
    defaultHeartbeatThrottleInterval: '1s',
  };
  const versioned = options.deployment === undefined ? {} : { workerDeploymentOptions: options.deployment };
  const grading = await Worker.create({
    ...common,
    ...versioned,
    ...workflows,
    ...(options.sinks === undefined ? {} : { sinks: options.sinks, interceptors: traced }),
    maxCachedWorkflows: workflowCacheSize,
    // A dead worker's gradings wait this long for it before another one replays them; the default is 10 s.
    stickyQueueScheduleToStartTimeout: '3s',
    // One that runs tests lasts as long as they do.
    maxConcurrentWorkflowTaskExecutions: 16 + poolSize,
    maxConcurrentLocalActivityExecutions: lightActivities + poolSize * shortTestsAtATime,
    maxConcurrentActivityTaskExecutions: lightActivities,
    workflowTaskPollerBehavior: { type: 'simple-maximum', maximum: 4 },
    activityTaskPollerBehavior: { type: 'simple-maximum', maximum: 2 },
  });
  const sandbox = await Worker.create({
    ...common,
    ...versioned,
    taskQueue: sandboxQueue,
    tuner: {
      workflowTaskSlotSupplier: { type: 'fixed-size', numSlots: 2 },
      activityTaskSlotSupplier: containerSlots(options.reservations),
      localActivityTaskSlotSupplier: { type: 'fixed-size', numSlots: 1 },
      nexusTaskSlotSupplier: { type: 'fixed-size', numSlots: 1 },
    },
    activityTaskPollerBehavior: { type: 'simple-maximum', maximum: Math.min(2, poolSize) },
  });
  const host = await Worker.create({
    ...common,
    taskQueue: hostQueue,
    maxConcurrentActivityTaskExecutions: poolSize * batchesScheduledAhead + otherHostSlots,
    activityTaskPollerBehavior: { type: 'simple-maximum', maximum: 4 },
  });
  return new Map([
    [gradingQueue, grading],
    [sandboxQueue, sandbox],
    [hostQueue, host],
  ]);
}
