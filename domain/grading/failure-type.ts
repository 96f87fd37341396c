/** `type` strings of activity failures. The workflow and the replay list decide by them. */
export const FailureType = {
  SubmissionNotFound: 'SubmissionNotFound',
  TestCaseNotFound: 'TestCaseNotFound',
  /** The container behind a lease is gone, or its host is shutting down. */
  LeaseLost: 'LeaseLost',
  /** A stored output can no longer be read; details name the test cases. */
  OutputMissing: 'OutputMissing',
  /** The database cannot hold this result, such as one of a deleted test. */
  ResultRefused: 'ResultRefused',
  BackendRejected: 'BackendRejected',
  /** Waited for without limit: there is nobody to tell meanwhile. */
  DatabaseUnreachable: 'DatabaseUnreachable',
  /** Our own trouble, worth another attempt. */
  Infrastructure: 'Infrastructure',
  /** The platform's data make the submission ungradable. */
  Ungradable: 'Ungradable',
  DeadlineExceeded: 'DeadlineExceeded',
} as const;
export type FailureType = (typeof FailureType)[keyof typeof FailureType];

/** The seven steps of a grading, as FailedStep shows them. */
export const gradingSteps = ['load', 'acquire', 'compile', 'run', 'release', 'record', 'notify'] as const;
export type GradingStep = (typeof gradingSteps)[number];
