import { z } from 'zod';
import { sweepStateNames } from '../../domain/grading/stranded-submission.js';
import { count, time, timeText } from './fields.js';

/** What commands about submissions and their gradings print. */
export const recentAnswer = z.object({
  submissions: z.array(
    z.object({
      submissionId: z.int(),
      submittedAt: time.nullable(),
      problem: z.string(),
      language: z.string(),
      status: z.string(),
      score: z.number().nullable(),
      grading: z
        .object({
          state: z.string(),
          runId: z.string(),
          startedAt: time,
          tookMs: z.number().nullable().meta({ description: 'null while it runs' }),
          link: z.string(),
        })
        .nullable()
        .meta({ description: 'null: Temporal knows none' }),
    }),
  ),
});

export const statsAnswer = z.object({
  since: time,
  total: count,
  statuses: z.array(z.object({ status: z.string(), submissions: count })),
});

export const errorsAnswer = z.object({
  since: time,
  errors: z.array(
    z.object({
      submissionId: z.int(),
      at: timeText.meta({ description: 'empty where it is not known' }),
      step: z.string(),
      cause: z.string(),
      retried: z.boolean().meta({ description: 'its grading runs and tries the step again' }),
      now: z.string().nullable().meta({ description: 'status in the platform; null: deleted' }),
      link: z.string().nullable(),
    }),
  ),
});

const result = z.object({ status: z.string().nullable(), score: z.number().nullable() });

export const replayAnswer = z.object({
  executed: z.boolean().meta({ description: 'false: this is what would run' }),
  replays: z.array(
    z.object({
      submissionId: z.int(),
      before: result,
      failedStep: z.string().nullable(),
      reason: z.string().nullable(),
      runId: z.string().nullable(),
      replayFrom: z.string().nullable().meta({ description: 'null: it is skipped' }),
      skipped: z.string().nullable().meta({ description: 'why; null: it is replayed' }),
      outcome: z.enum(['graded', 'failed', 'cancelled', 'faster', 'not-waited-for']).optional(),
      after: result.optional(),
    }),
  ),
});

export const sweepAnswer = z.object({
  queueDepth: count.nullable().meta({ description: 'null: a broker did not answer' }),
  submissions: z.array(
    z.object({
      submissionId: z.int(),
      status: z.string(),
      submittedAt: time.nullable(),
      state: z.enum(sweepStateNames),
      started: z.boolean(),
    }),
  ),
  counts: z.partialRecord(z.enum(sweepStateNames), count),
  started: count,
});
