import { FailureType } from '../domain/grading/failure-type.js';
import { stepOfActivity } from '../domain/grading/running-step.js';
import type { SweepState } from '../domain/grading/stranded-submission.js';
import type { SweepReport } from '../domain/grading/sweep-report.js';
import { Status } from '../domain/judging/status.js';
import { registerProcessMetrics } from '../platform/process/metrics/process-metrics.js';
import type { Counter, Histogram, Registry } from '../platform/process/metrics/registry.js';
import { createRegistry } from '../platform/process/metrics/registry.js';
import type { SandboxStats } from '../sandbox/index.js';

/** What a worker counts. Everything is taken in activities, so the replay of a workflow counts nothing twice. */
export interface WorkerMetrics {
  readonly registry: Registry;
  readonly gradings: Counter<'verdict'>;
  readonly systemErrors: Counter<'type'>;
  readonly timeToVerdict: Histogram<never>;
  readonly stepAttempts: Counter<'step' | 'outcome'>;
  readonly stepRetries: Counter<'step'>;
  readonly stepDuration: Histogram<'step'>;
  readonly containerWait: Histogram<never>;
  readonly testTime: Histogram<'language'>;
  readonly cacheRequests: Counter<'result'>;
  readonly backendPosts: Counter<'result'>;
}

/** A submission that waits this long for a container is late; one of the buckets. */
export const lateContainerSeconds = 30;

const steps = [...new Set(Object.values(stepOfActivity))];
const verdicts = Object.values(Status).filter((status) => status !== 'Pending' && status !== 'Running');
const quickSeconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

export function createWorkerMetrics(): WorkerMetrics {
  const registry = createRegistry();
  registerProcessMetrics(registry);
  return {
    registry,
    gradings: registry.counter({
      name: 'grader_gradings_total',
      help: 'Verdicts the backend has taken.',
      labels: { verdict: verdicts },
    }),
    systemErrors: registry.counter({
      name: 'grader_system_errors_total',
      help: 'System Errors given, by the type of the failure. Ungradable is a fault of the submission or its problem.',
      labels: { type: Object.values(FailureType) },
    }),
    timeToVerdict: registry.histogram({
      name: 'grader_time_to_verdict_seconds',
      help: 'From the start of a grading until the backend has taken its verdict.',
      buckets: [0.25, 0.5, 1, 2, 3, 5, 7.5, 10, 15, 30, 60, 120, 300, 900, 1800],
    }),
    stepAttempts: registry.counter({
      name: 'grader_step_attempts_total',
      help: 'Ended attempts of the steps.',
      labels: { step: [...steps, 'other'], outcome: ['ok', 'failed', 'cancelled'] },
    }),
    stepRetries: registry.counter({
      name: 'grader_step_retries_total',
      help: 'Ended attempts that were not the first.',
      labels: { step: [...steps, 'other'] },
    }),
    stepDuration: registry.histogram({
      name: 'grader_step_duration_seconds',
      help: 'Time an attempt of a step took on this host, waiting for a core included.',
      labels: { step: [...steps, 'other'] },
      buckets: quickSeconds,
    }),
    containerWait: registry.histogram({
      name: 'grader_container_wait_seconds',
      help: 'From the request for a container until it was there.',
      buckets: [0.01, 0.05, 0.1, 0.5, 1, 5, 10, lateContainerSeconds, 60, 300, 900],
    }),
    testTime: registry.histogram({
      name: 'grader_test_time_seconds',
      help: 'Judged time of the programs on a test; not measured in function mode under the profile python.',
      labels: { language: ['cpp', 'python', 'java'] },
      buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10],
    }),
    cacheRequests: registry.counter({
      name: 'grader_compile_cache_requests_total',
      help: 'Compilations looked up in the cache.',
      labels: { result: ['hit', 'miss'] },
    }),
    backendPosts: registry.counter({
      name: 'grader_backend_posts_total',
      help: 'POSTs of results by how they ended; all but accepted and not_found are sent again.',
      labels: {
        result: [
          'accepted',
          'not_found',
          'unreachable',
          'unavailable',
          'rejected',
          'wrong_address',
          'not_sent',
        ],
      },
    }),
  };
}

/** What is read at each scrape; the pool is there some time after the port. */
export interface WorkerReadings {
  isPolling(): boolean;
  pool(): SandboxStats | undefined;
  cacheBytes(): number;
  stuckWorkflows(): number;
  lastSweep(): SweepReport | undefined;
}

export function registerWorkerGauges(registry: Registry, readings: WorkerReadings): void {
  const gauge = (name: string, help: string, read: (stats: SandboxStats) => number) =>
    registry.gauge({ name, help }, () => {
      const stats = readings.pool();
      return stats === undefined ? 0 : read(stats);
    });
  registry.gauge(
    {
      name: 'grader_worker_ready',
      help: 'Whether the worker polls all its queues.',
    },
    () => (readings.isPolling() ? 1 : 0),
  );
  gauge('grader_pool_size', 'Containers the pool is to hold.', (stats) => stats.poolSize);
  registry.gauges(
    {
      name: 'grader_pool_containers',
      help: 'Containers of the pool: free, leased to a grading, recycling, or broken (missing, being made).',
      labels: { state: ['free', 'leased', 'recycling', 'broken'] },
    },
    ({ state }) => {
      const stats = readings.pool();
      return stats === undefined ? 0 : containersBy(stats)[state as keyof ReturnType<typeof containersBy>];
    },
  );
  gauge('grader_pool_available', 'Whether Docker makes containers; 0 says that it cannot.', (stats) =>
    stats.unavailableReason === undefined ? 1 : 0,
  );
  registry.total(
    { name: 'grader_pool_replaced_total', help: 'Containers that left the pool: worn, not reset, or lost.' },
    () => readings.pool()?.replaced ?? 0,
  );
  gauge('grader_run_slots', 'Programs and compilers that may run at a time.', (stats) => stats.runSlots);
  gauge('grader_run_running', 'Programs and compilers that run.', (stats) => stats.running);
  gauge('grader_run_waiting', 'Programs and compilers that wait for a core.', (stats) => stats.waitingToRun);
  registry.gauge({ name: 'grader_compile_cache_bytes', help: 'Compiled programs kept in memory.' }, () =>
    readings.cacheBytes(),
  );
  registry.gauge(
    {
      name: 'grader_stuck_workflows',
      help: 'Workflows of the namespace whose own task fails again and again, 20 at most; every worker shows the same.',
    },
    () => readings.stuckWorkflows(),
  );
  registry.gauges(
    {
      name: 'grader_swept_submissions',
      help: 'Submissions that the last sweep found and did not start: without message and grading, with a verdict the backend was not told, or with a failed grading. Every worker shows the same.',
      labels: { state: ['stranded', 'untold', 'failed'] },
    },
    ({ state }) => sweptIn(readings.lastSweep(), state),
  );
  registry.gauge(
    { name: 'grader_sweep_age_seconds', help: 'Since the last sweep began; 0 until one has been seen.' },
    () => {
      const at = readings.lastSweep()?.at;
      return at === undefined ? 0 : Math.max(0, (Date.now() - Date.parse(at)) / 1000);
    },
  );
}

function sweptIn(report: SweepReport | undefined, state: string): number {
  const found = report?.counts[state as SweepState] ?? 0;
  if (report === undefined || state === 'failed') return found;
  // The stranded come first.
  const before = state === 'stranded' ? 0 : (report.counts.stranded ?? 0);
  return Math.max(0, found - Math.max(0, report.started - before));
}

/** Every container the pool is to hold, in one of four states. */
export function containersBy({ poolSize, alive, idle, held }: SandboxStats) {
  // One that is handed out at this moment is checked: neither idle nor held.
  const recycling = Math.max(0, alive - idle - held);
  return { free: idle, leased: held, recycling, broken: Math.max(0, poolSize - idle - held - recycling) };
}
