import type { SweepInput, SweepReport } from '../domain/grading/sweep-report.js';
import { translatingFailures } from './failure-translation.js';

/** What the sweeper needs from outside. */
export interface SweepDependencies {
  /** Looks for submissions that nobody would tell of, and starts them where that is wanted. */
  readonly sweepSubmissions: (input: SweepInput) => Promise<SweepReport>;
}

/** The activities of the sweeper. */
export function createSweepActivities({ sweepSubmissions }: SweepDependencies) {
  return { sweepSubmissions: translatingFailures(sweepSubmissions) };
}

export type SweepActivities = ReturnType<typeof createSweepActivities>;
