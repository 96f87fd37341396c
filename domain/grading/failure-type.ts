/** `type` strings of the failures activities end with: the workflow and the replay list decide by them. */
export const FailureType = {
  SubmissionNotFound: 'SubmissionNotFound',
  TestCaseNotFound: 'TestCaseNotFound',
  /** The container behind a lease is gone, or its host is shutting down. */
  LeaseLost: 'LeaseLost',
  /** A stored output can no longer be read; details name the test cases. */
  OutputMissing: 'OutputMissing',
  /** The database cannot hold this result, such as one of a test that was deleted meanwhile. */
  ResultRefused: 'ResultRefused',
  BackendRejected: 'BackendRejected',
  /** Ours, and worth another attempt. */
  Infrastructure: 'Infrastructure',
  /** The submission cannot be graded as the platform has it. */
  Ungradable: 'Ungradable',
  DeadlineExceeded: 'DeadlineExceeded',
} as const;
export type FailureType = (typeof FailureType)[keyof typeof FailureType];

/** The seven steps of a grading, as FailedStep shows them. */
export type GradingStep = 'load' | 'acquire' | 'compile' | 'run' | 'release' | 'record' | 'notify';
