import { z } from 'zod';
import { parityClasses } from '../../domain/parity/parity.js';
import { count, counts, matrix, part, skipped, time, timeText } from './fields.js';

/** What commands about sets of gradings print: rejudging, shadow gradings and their comparison. */
export const rejudgeSummaryAnswer = z.object({
  set: z.string(),
  reason: z.string(),
  selection: z.string(),
  requestedBy: z.string(),
  appliedBy: z.string().nullable(),
  phase: z.enum(['grading', 'graded', 'applying', 'applied', 'cancelled', 'expired']),
  repeat: count,
  submissions: count,
  graded: count,
  runs: count.meta({ description: 'of its workflow, which continues as new' }),
  matrix,
  differences: counts.meta({ description: 'submissions by kind of difference' }),
  outcomes: counts.meta({ description: 'submissions by outcome of apply; empty before' }),
});

export const rejudgeCreateAnswer = z.object({
  set: z.string().nullable().meta({ description: 'null: none was made' }),
  chosen: z.array(z.int()),
  verdicts: z
    .record(z.string(), z.int())
    .meta({ description: 'how many of the chosen have each stored verdict' }),
  skipped,
});

export const rejudgeShowAnswer = z.object({
  summary: rejudgeSummaryAnswer,
  rows: z.array(
    z.object({
      submissionId: z.int(),
      difference: z.enum(['not-graded', 'flaky', 'verdict', 'score', 'tests', 'time', 'none']),
      oldVerdict: z.string(),
      oldScore: z.number(),
      newVerdict: z.string().nullable(),
      newScore: z.number().nullable(),
      oldTimeMs: z.number(),
      newTimeMs: z.number(),
      changedTests: z.array(
        z.object({ id: z.int(), oldStatus: z.string().nullable(), newStatus: z.string().nullable() }),
      ),
      verdicts: z.array(z.string()).meta({ description: 'of all repetitions, if they differ' }),
      fingerprint: z.string(),
      note: z.string().nullable(),
      outcome: z.enum(['applied', 'conflict', 'gone', 'failed']).nullable(),
    }),
  ),
  total: count.meta({ description: 'rows on all pages' }),
});

export const rejudgeListAnswer = z.object({
  sets: z.array(
    z.object({
      set: z.string(),
      status: z.string(),
      startedAt: time,
      reason: z.string(),
      selection: z.string(),
      requestedBy: z.string(),
      submissions: count,
    }),
  ),
});

export const shadowAnswer = z.object({
  set: z.string().nullable().meta({ description: 'null: none was started' }),
  chosen: z.array(z.object({ submissionId: z.int(), classId: z.int() })),
  skipped,
  result: z
    .object({ compared: count, failed: count, skipped: count })
    .nullable()
    .meta({ description: 'null: not waited for' }),
});

export const shadowListAnswer = z.object({
  sets: z.array(
    z.object({
      set: z.string(),
      state: z.string(),
      startedAt: time,
      closedAt: time.nullable(),
      selection: z.string(),
    }),
  ),
});

export const parityRulesAnswer = z.object({
  rules: z.array(
    z.object({
      id: z.string(),
      submissionId: z.int().meta({ description: 'whose difference was accepted' }),
      rules: z.array(
        z.object({
          theirs: z.array(z.string()).readonly().optional(),
          ours: z.array(z.string()).readonly().optional(),
          mode: z.enum(['stdio', 'function']).optional(),
          language: z.string().optional(),
          within: part.optional().meta({ description: 'both sides came this near to a limit' }),
          reason: z.string(),
        }),
      ),
      by: z.string(),
      at: timeText,
    }),
  ),
});

const proportion = z
  .object({ rate: part, low: part, high: part })
  .meta({ description: 'with its 95 % Wilson interval' });

const packedTest = z
  .tuple([
    z.int(),
    z.string().nullable(),
    z.string().nullable(),
    z.number().nullable(),
    z.number().nullable(),
    z.number().nullable(),
    z.number().nullable(),
  ])
  .meta({ description: 'id; statuses, times (ms), memory (KB): theirs, then ours' });

export const parityAnswer = z.object({
  since: time,
  classes: z.record(z.enum(parityClasses), count),
  matrix,
  compared: count,
  same: proportion,
  accounted: proportion,
  mismatches: count,
  noise: z.object({ pairs: count, changed: count }),
  submissions: z.array(
    z.object({
      workflowId: z.string(),
      runId: z.string(),
      at: timeText,
      link: z.string(),
      class: z.enum(parityClasses),
      aspect: z.enum(['verdict', 'tests', 'score', 'time', 'memory']).nullable(),
      reason: z.string().nullable(),
      test: packedTest.nullable(),
      margin: z.object({ of: z.enum(['time', 'memory']), part }).nullable(),
      explanation: z
        .object({
          submissionId: z.int(),
          difference: z.string(),
          note: z.string(),
          by: z.string(),
          at: timeText,
        })
        .nullable(),
      record: z.object({
        submissionId: z.int(),
        problemTitle: z.string(),
        language: z.string(),
        gradingMode: z.string(),
        limits: z.object({ timeMs: z.number(), memoryKb: z.number() }).nullable(),
        theirs: z.object({ status: z.string(), score: z.number(), fingerprint: z.string() }),
        ours: z.object({ verdict: z.string(), score: z.number() }).nullable(),
        failure: z.string().nullable(),
        tests: z.array(packedTest),
        testsTotal: count,
      }),
    }),
  ),
});
