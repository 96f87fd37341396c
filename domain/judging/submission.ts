import type { GradingProfile } from './grading-profile.js';
import type { Language } from './language.js';
import type { TestStatus, Verdict } from './status.js';

export type GradingMode = 'stdio' | 'function';

/** What a grading needs to know about a submission: only ids and limits, so that it may enter a workflow history. */
export interface GradingPlan {
  readonly submissionId: number;
  readonly problemId: number;
  readonly problemTitle: string;
  readonly classId: number;
  /** As the platform spells it; `language` is what it is graded as. */
  readonly requestedLanguage: string;
  readonly language: Language;
  readonly gradingMode: GradingMode;
  /** The C++ declaration of the function, in function mode only; already checked to be readable. */
  readonly functionSignature?: string;
  readonly profile: GradingProfile;
  readonly isTest: boolean;
  readonly timeLimitMs: number;
  readonly memoryLimitKb: number;
  /** In ascending id, the order in which tests are judged (contract §3). */
  readonly testCaseIds: readonly number[];
  /** Points of each test, in the same order; 10 each where absent. */
  readonly testCasePoints?: readonly number[];
  /** Changes whenever a test of the problem is edited; says nothing about its content. */
  readonly testDataVersion?: string;
  /** Changes whenever the program is edited; says nothing about its content. */
  readonly sourceVersion?: string;
}

/** One row of `submission_results`, and one entry of the backend's `results` (contract §3, §4). */
export interface TestCaseResult {
  readonly testCaseId: number | null;
  readonly status: TestStatus | Verdict;
  readonly executionTimeMs: number;
  readonly memoryUsedKb: number;
  /** Valid UTF-8 without NUL, or null. */
  readonly outputReceived: string | null;
  readonly errorMessage: string | null;
}

/** The whole result of a grading, as recorded and notified. */
export interface GradingResult {
  readonly overallStatus: Verdict;
  readonly results: readonly TestCaseResult[];
}
