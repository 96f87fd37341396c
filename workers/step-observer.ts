import type { Context } from '@temporalio/activity';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import type { DeliverResultInput } from '../activities/deliver-result.js';
import type { RunTestInput, RunTestOutput } from '../activities/run-test.js';
import { stepOfActivity } from '../domain/grading/running-step.js';
import type { WorkerMetrics } from './metrics.js';

/** Counts and times every attempt of every activity, from outside: no activity knows of it. */
export function observeSteps(metrics: WorkerMetrics): ActivityInterceptorsFactory {
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
          observeOutput(metrics, context, input.args[0], output);
          return output;
        } catch (error) {
          ended(context.cancellationSignal.aborted ? 'cancelled' : 'failed');
          throw error;
        }
      },
    },
  });
}

function observeOutput(metrics: WorkerMetrics, context: Context, input: unknown, output: unknown): void {
  switch (context.info.activityType) {
    case 'acquireContainer':
      metrics.containerWait.observe({}, secondsSince(context.info.scheduledTimestampMs));
      return;
    case 'runTest':
      observeTests(metrics, input as RunTestInput, output as RunTestOutput);
      return;
    case 'notifyBackend':
      observeVerdict(metrics, context, input as DeliverResultInput);
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
  context: Context,
  { overallStatus: verdict, startedAt, systemError }: DeliverResultInput,
): void {
  // Without a start it is the result of a rejudge, long after its grading.
  if (startedAt === undefined) return;
  const seconds = secondsSince(startedAt);
  metrics.gradings.add({ verdict });
  metrics.timeToVerdict.observe({}, seconds);
  if (systemError !== undefined) metrics.systemErrors.add({ type: systemError.type });
  context.log.info('graded', { verdict, seconds: Math.round(seconds * 1000) / 1000 });
}

/** The clock of the server, or of another host, may be ahead of ours. */
function secondsSince(timestampMs: number): number {
  return Math.max(0, (Date.now() - timestampMs) / 1000);
}
