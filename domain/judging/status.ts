/** Submission and test statuses; spelling and case are what the platform's UI matches on (contract §5). */
export const Status = {
  Pending: 'Pending',
  Running: 'Running',
  Accepted: 'Accepted',
  WrongAnswer: 'Wrong Answer',
  PresentationError: 'Presentation Error',
  TimeLimitExceeded: 'Time Limit Exceeded',
  MemoryLimitExceeded: 'Memory Limit Exceeded',
  OutputLimitExceeded: 'Output Limit Exceeded',
  RuntimeError: 'Runtime Error',
  CompileError: 'Compile Error',
  SystemError: 'System Error',
} as const;
export type Status = (typeof Status)[keyof typeof Status];

/** Possible statuses of one test. */
export type TestStatus = Exclude<Status, 'Pending' | 'Running' | 'Compile Error' | 'System Error'>;

/** Possible statuses of a finished grading. */
export type Verdict = Exclude<Status, 'Pending' | 'Running'>;

/** The first test (by id) that is not Accepted decides; all Accepted otherwise (contract §5). */
export function overallStatus(testsInIdOrder: readonly { readonly status: Verdict }[]): Verdict {
  return testsInIdOrder.find((test) => test.status !== Status.Accepted)?.status ?? Status.Accepted;
}
