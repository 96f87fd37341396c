import { proxyActivities, setCurrentDetails, upsertMemo } from '@temporalio/workflow';
import type { SweepActivities } from '../activities/sweep-submissions.js';
import type { SweepInput, SweepReport } from '../domain/grading/sweep-report.js';
import { describeSweepReport, sweepMemo } from '../domain/grading/sweep-report.js';

/** One turn of the sweeper. Its report is in its memo, so that it is read from a list, without a worker. */
export async function sweepPlatform(input: SweepInput): Promise<SweepReport> {
  const { sweepSubmissions } = proxyActivities<SweepActivities>({
    startToCloseTimeout: '10m',
    // The next turn looks again.
    retry: { initialInterval: '5s', maximumAttempts: 3 },
  });
  const report = await sweepSubmissions(input);
  setCurrentDetails(describeSweepReport(report));
  upsertMemo({ [sweepMemo]: report });
  return report;
}
