import type { Context } from '@temporalio/activity';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import type { DeliverResultInput } from '../activities/deliver-result.js';
import type { RunTestInput, RunTestOutput } from '../activities/run-test.js';
import type { Logger } from '../platform/logger.js';
import { logFields } from './log-fields.js';
import type { WorkerMetrics } from './metrics.js';
import { stepOfActivity } from './metrics.js';

/** Counts and times every attempt of every activity, from outside: no activity knows of it. */
export function observeSteps(metrics: WorkerMetrics, log: Logger): ActivityInterceptorsFactory {
  return (context) => ({
    inbound: {
      async execute(input, next) {
        const step = stepOfActivity[context.info.activityType] ?? 'other';
        const startedAt = performance.now();
        const ended = (outcome: 'ok' | 'failed' | 'cancelled') => {
          metrics.stepAttempts.add({ step, outcome });
          metrics.stepDuration.observe({ step }, (performance.now() - startedAt) / 1000);
          if (context.info.attempt > 1) metrics.stepRetries.add({ step });
        };
        try {
          const output = await next(input);
          ended('ok');
          observeOutput(metrics, log, context, input.args[0], output);
          return output;
        } catch (error) {
          ended(context.cancellationSignal.aborted ? 'cancelled' : 'failed');
          throw error;
        }
      },
    },
  });
}

function observeOutput(
  metrics: WorkerMetrics,
  log: Logger,
  context: Context,
  input: unknown,
  output: unknown,
): void {
  switch (context.info.activityType) {
    case 'acquireContainer':
      metrics.containerWait.observe({}, secondsSince(context.info.scheduledTimestampMs));
      return;
    case 'runTest':
      observeTests(metrics, input as RunTestInput, output as RunTestOutput);
      return;
    case 'notifyBackend':
      observeVerdict(metrics, log, context, input as DeliverResultInput);
  }
}

function observeTests(
  { testTime }: WorkerMetrics,
  { language, gradingMode, profile }: RunTestInput,
  { reports }: RunTestOutput,
): void {
  if (gradingMode === 'function' && profile === 'python') return;
  for (const { executionTimeMs } of reports) testTime.observe({ language }, executionTimeMs / 1000);
}

function observeVerdict(
  metrics: WorkerMetrics,
  log: Logger,
  context: Context,
  { overallStatus: verdict, startedAt, systemError }: DeliverResultInput,
): void {
  // Without a start it is the result of a rejudge, long after its grading.
  if (startedAt === undefined) return;
  const seconds = secondsSince(startedAt);
  metrics.gradings.add({ verdict });
  metrics.timeToVerdict.observe({}, seconds);
  if (systemError !== undefined) metrics.systemErrors.add({ type: systemError.type });
  log.info({ ...logFields(context.info), verdict, seconds: Math.round(seconds * 1000) / 1000 }, 'graded');
}

/** The clock of the server, or of another host, may be ahead of ours. */
function secondsSince(timestampMs: number): number {
  return Math.max(0, (Date.now() - timestampMs) / 1000);
}
