import { z } from 'zod';
import { runningSteps } from '../../domain/grading/running-step.js';
import { bridgeFields } from './cutover-answers.js';
import { count, part, time } from './fields.js';

const queueLook = z
  .object({ messages: count.meta({ description: 'ready ones' }), consumers: count })
  .optional()
  .meta({ description: 'absent: there is no such queue' });

/** A part that could not be read says why; the others are there all the same. */
function seen<Value extends z.ZodType>(value: Value) {
  return z.union([z.object({ value }), z.object({ unseen: z.string() })]);
}

const lastError = z
  .object({
    at: time.optional().meta({ description: 'absent where Temporal has not noted it' }),
    workflowId: z.string(),
    step: z.string(),
    reason: z.string(),
    isRetried: z.boolean(),
  })
  .nullable();

const worker = z.union([
  z.object({
    url: z.string(),
    hostQueue: z.string(),
    status: z.string(),
    unavailableReason: z.string().optional(),
    pool: z.object({ size: count, free: count, leased: count, recycling: count }),
    running: count,
    waitingToRun: count,
  }),
  z.object({ url: z.string(), why: z.string() }),
]);

const listedWorker = z.object({
  hostQueue: z.string(),
  machine: z.string(),
  startedAt: time,
  seenAt: time,
  running: count.meta({ description: 'steps under way' }),
  processor: part,
  memory: part,
});

export const statusAnswer = z.object({
  at: time,
  since: time.meta({ description: 'counts what closed since then' }),
  queue: z.string(),
  broker: seen(
    z.object({
      main: queueLook,
      legacy: queueLook,
      legacyUnseen: z.string().optional(),
      quarantine: queueLook,
      ...bridgeFields,
      bridgesUnseen: z.string().optional(),
    }),
  ),
  platform: seen(
    z.object({
      ungraded: count,
      handedInLastMinute: count,
      byStatus: z.array(z.object({ status: z.string(), submissions: count })),
    }),
  ),
  gradings: seen(
    z.object({
      running: count,
      completed: count,
      failed: count,
      cancelled: count,
      systemErrors: count.optional(),
      notNotified: count.optional().meta({ description: 'verdicts that the backend has not taken yet' }),
      perMinute: count,
      p50Ms: z.number().optional(),
      p95Ms: z.number().optional(),
      timed: count,
    }),
  ),
  running: seen(
    z.object({
      lookedInto: count,
      bySteps: z.partialRecord(z.enum(runningSteps), count),
      backendRetrying: count,
      oldestSeconds: count,
    }),
  ),
  workers: seen(
    z.object({
      hosts: z.array(z.string()),
      silent: z
        .array(listedWorker)
        .meta({ description: 'heard from until lately, and did not say that they stop' }),
      pollers: z.object({ workflows: count, activities: count, containers: count }),
      pools: z.array(worker),
      listed: z
        .array(listedWorker)
        .meta({ description: 'what workers tell Temporal; empty where the server keeps no list' }),
      backlog: count,
    }),
  ),
  lastError: seen(lastError),
  stuck: seen(
    z.array(
      z.object({
        workflowId: z.string(),
        runId: z.string(),
        submissionId: z.int().optional(),
        attempt: count,
        since: time,
        reason: z.string(),
      }),
    ),
  ).optional(),
});
