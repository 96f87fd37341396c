/** The submit and read endpoints of the reference backend. */
export interface BackendApi {
  createProblem(problem: NewProblem): Promise<number>;
  submit(submission: NewSubmission): Promise<number>;
  read(submissionId: number): Promise<SubmissionState>;
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

async function call<T>(method: string, url: string, body?: unknown): Promise<T> {
  const response = await fetch(url, {
    method,
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    signal: AbortSignal.timeout(15_000),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${url} answered ${response.status}: ${text.slice(0, 300)}`);
  return JSON.parse(text) as T;
}
