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

export interface ListedProblem {
  readonly id: number;
  readonly title: string;
  readonly tests: number;
}

export interface Problem {
  readonly id: number;
  readonly title: string;
  readonly test_cases: readonly {
    readonly id: number;
    readonly input_data: string | null;
    readonly expected_output: string | null;
    readonly is_hidden: boolean | null;
  }[];
}

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

export interface SubmissionState {
  readonly id: number;
  readonly status: string;
  readonly score: number | null;
  readonly results: readonly {
    readonly test_case_id: number | null;
    readonly status: string;
    readonly execution_time_ms: number | null;
    readonly memory_used_kb: number | null;
    readonly output_received: string | null;
    readonly error_message: string | null;
  }[];
}

export function createBackendApi(baseUrl: string): BackendApi {
  return {
    problems: async () =>
      (await call<{ problems: readonly ListedProblem[] }>('GET', `${baseUrl}/problems`)).problems,
    problem: (problemId) => call<Problem>('GET', `${baseUrl}/problems/${problemId}`),
    createProblem: async (problem) =>
      (await call<{ problem_id: number }>('POST', `${baseUrl}/problems`, problem)).problem_id,
    submit: async (submission) =>
      (await call<{ submission_id: number }>('POST', `${baseUrl}/submissions`, submission)).submission_id,
    read: (submissionId) => call<SubmissionState>('GET', `${baseUrl}/submissions/${submissionId}`),
  };
}

/** A submission the platform shows no verdict for yet. */
export function isUngraded(status: string): boolean {
  return status === 'Pending' || status === 'Running';
}

/** @throws ActionableError when the backend does not answer, or refuses. */
async function call<T>(method: string, url: string, body?: unknown): Promise<T> {
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
  if (response.ok) return JSON.parse(text) as T;
  throw new ActionableError(
    `The backend answered ${method} ${url} with ${response.status}: ${text.slice(0, 300)}`,
  );
}
