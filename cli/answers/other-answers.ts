import { z } from 'zod';
import { criterionNames } from '../../domain/criteria/criterion.js';
import { areas } from '../doctor/check.js';
import { count, time } from './fields.js';

export const doctorAnswer = z.object({
  checks: z.array(
    z.object({
      name: z.string(),
      area: z.enum(areas),
      state: z.enum(['ok', 'warning', 'failed']),
      seen: z.string(),
      remedy: z.string().optional(),
      isMade: z.boolean().meta({ description: 'false: a check that it needs failed' }),
      tookMs: z.number(),
    }),
  ),
});

const criterionResult = z.enum(['PASS', 'FAIL', 'NOT ENOUGH DATA']);

export const criteriaAnswer = z.object({
  since: time,
  until: time,
  result: criterionResult,
  samples: count,
  criteria: z.array(
    z.object({
      name: z.enum(criterionNames),
      title: z.string(),
      rule: z.string(),
      result: criterionResult,
      figures: z.string(),
      next: z.string().optional(),
    }),
  ),
});

const quarantined = {
  id: z.string(),
  reason: z.string(),
  detail: z.string(),
  at: z.string(),
  body: z.string(),
  headers: z.record(z.string(), z.unknown()),
};

export const quarantineListAnswer = z.object({ messages: z.array(z.object(quarantined)) });
export const quarantineShowAnswer = z.object(quarantined);

export const contextListAnswer = z.object({
  contexts: z.array(
    z.object({ name: z.string(), platform: z.string(), from: z.string(), isSpokenOf: z.boolean() }),
  ),
});

export const contextShowAnswer = z.object({
  name: z.string(),
  settings: z.record(z.string(), z.string()).meta({ description: 'without passwords' }),
});

export const viewsAnswer = z.object({
  views: z.array(
    z.object({
      name: z.string(),
      count: count.nullable().meta({ description: 'null: its search attribute is not registered' }),
      query: z.string(),
      link: z.string(),
    }),
  ),
});
