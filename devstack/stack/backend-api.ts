import { z } from 'zod';
import { errorText } from '../../domain/errors/error-text.js';
import { ActionableError } from '../../platform/process/actionable-error.js';

/** The submit and read endpoints of the reference backend. */
export interface BackendApi {
  problems(): Promise<readonly ListedProblem[]>;
  problem(problemId: number): Promise<Problem>;
  createProblem(problem: NewProblem): Promise<number>;
  submit(submission: NewSubmission): Promise<number>;
  read(submissionId: number): Promise<SubmissionState>;
}

const listedProblems = z.object({
  problems: z.array(z.object({ id: z.number(), title: z.string(), tests: z.number() })),
});
export type ListedProblem = z.infer<typeof listedProblems>['problems'][number];

const problemSchema = z.object({
  id: z.number(),
  title: z.string(),
  test_cases: z.array(
    z.object({
      id: z.number(),
      input_data: z.string().nullable(),
      expected_output: z.string().nullable(),
      is_hidden: z.boolean().nullable(),
    }),
  ),
});
export type Problem = z.infer<typeof problemSchema>;

export interface NewProblem {
  readonly title: string;
  readonly grading_mode?: 'stdio' | 'function';
  readonly function_signature?: string;
  readonly time_limit_ms?: number;
  readonly memory_limit_kb?: number;
  readonly language_limits?: Readonly<Record<string, { timeMs?: number; memoryKb?: number }>>;
  readonly test_cases: readonly { readonly input_data: string; readonly expected_output: string }[];
}

export interface NewSubmission {
  readonly problem_id: number;
  readonly source_code: string;
  readonly language: string;
}

const submissionState = z.object({
  id: z.number(),
  status: z.string(),
  score: z.number().nullable(),
  results: z.array(
    z.object({
      test_case_id: z.number().nullable(),
      status: z.string(),
      execution_time_ms: z.number().nullable(),
      memory_used_kb: z.number().nullable(),
      output_received: z.string().nullable(),
      error_message: z.string().nullable(),
    }),
  ),
});
export type SubmissionState = z.infer<typeof submissionState>;

const madeProblem = z.object({ problem_id: z.number() });
const madeSubmission = z.object({ submission_id: z.number() });

export function createBackendApi(baseUrl: string): BackendApi {
  return {
    problems: async () => (await call(listedProblems, 'GET', `${baseUrl}/problems`)).problems,
    problem: (problemId) => call(problemSchema, 'GET', `${baseUrl}/problems/${problemId}`),
    createProblem: async (problem) =>
      (await call(madeProblem, 'POST', `${baseUrl}/problems`, problem)).problem_id,
    submit: async (submission) =>
      (await call(madeSubmission, 'POST', `${baseUrl}/submissions`, submission)).submission_id,
    read: (submissionId) => call(submissionState, 'GET', `${baseUrl}/submissions/${submissionId}`),
  };
}

/** A submission the platform shows no verdict for yet. */
export function isUngraded(status: string): boolean {
  return status === 'Pending' || status === 'Running';
}

/** @throws ActionableError when the backend does not answer, refuses, or answers something else. */
async function call<Answer>(
  schema: z.ZodType<Answer>,
  method: string,
  url: string,
  body?: unknown,
): Promise<Answer> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      signal: AbortSignal.timeout(15_000),
    });
    text = await response.text();
  } catch (cause) {
    throw new ActionableError(`The backend does not answer ${method} ${url}: ${errorText(cause)}.`, {
      remedy: 'Its log is .local/log/backend.log; ./grader demo starts it.',
      cause,
    });
  }
  if (response.ok) {
    const answer = schema.safeParse(jsonOf(text));
    if (answer.success) return answer.data;
  }
  throw new ActionableError(
    `The backend answered ${method} ${url} with ${response.status}: ${text.slice(0, 300)}`,
  );
}

/** Undefined for what is none. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
