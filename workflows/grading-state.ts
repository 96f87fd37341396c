import type { GradingPlan } from '../domain/judging/submission.js';
import type { TestReport } from '../domain/judging/test-report.js';
import type { LocalSteps } from './local-steps.js';
import type { GradingProgress } from './progress.js';

/** What a grading carries from one container to the next. */
export interface GradingState {
  readonly plan: GradingPlan;
  readonly progress: GradingProgress;
  readonly finished: Map<number, TestReport>;
  /** Time left for broken infrastructure; waiting for a free container or for the database does not count. */
  budgetMs: number;
  leases: number;
  hostLosses: number;
  /** Releases under way; nothing but the end of the workflow waits for them. */
  readonly releases: Promise<void>[];
  /** Given where short tests are to run within the workflow task, if that is on the host of the container. */
  local: LocalSteps | undefined;
}
