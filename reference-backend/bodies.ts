import { z } from 'zod';

const id = z.int().positive();

/** POST /problems */
export const problemBody = z.object({
  title: z.string().min(1).max(255),
  class_id: id.optional(),
  grading_mode: z.enum(['stdio', 'function']).default('stdio'),
  function_signature: z.string().nullable().default(null),
  function_name: z.string().max(100).nullable().default(null),
  time_limit_ms: z.int().nullable().default(1000),
  memory_limit_kb: z.int().nullable().default(256_000),
  language_limits: z.record(z.string(), z.unknown()).nullable().default(null),
  test_cases: z
    .array(
      z.object({
        input_data: z.string().default(''),
        expected_output: z.string().default(''),
        is_hidden: z.boolean().default(false),
        points: z.int().default(10),
      }),
    )
    .default([]),
});
export type ProblemBody = z.output<typeof problemBody>;

/** POST /submissions */
export const submissionBody = z.object({
  problem_id: id,
  student_id: id.optional(),
  source_code: z.string(),
  language: z.string().min(1).max(50).default('cpp'),
  is_test: z.boolean().default(false),
});
export type SubmissionBody = z.output<typeof submissionBody>;

/** POST /internal/submissions/:id/result (contract §4); written from the contract, not from our client. */
export const resultBody = z.object({
  overall_status: z.string(),
  results: z.array(
    z.object({
      test_case_id: z.int().nullish(),
      status: z.string(),
      execution_time_ms: z.int().nullish(),
      memory_used_kb: z.int().nullish(),
      output_received: z.string().nullish(),
      error_message: z.string().nullish(),
    }),
  ),
});
export type ResultBody = z.output<typeof resultBody>;
