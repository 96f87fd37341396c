import { CancellationScope, workflowInfo } from '@temporalio/workflow';
import type { DeliverResultInput, ResultReport } from '../activities/deliver-result.js';
import type { InlineOrStoredText } from '../domain/judging/test-report.js';
import { activities, notifying, onHost, recording } from './activity-options.js';
import { isHostTimeout, missingOutputs } from './failures.js';
import type { GradingProgress } from './progress.js';

/**
 * Steps 6 and 7. Results that refer to stored outputs are delivered by the host that has them.
 * Recording, once begun, is finished even when the grading is cancelled.
 * @param isRecorded by the run that this one replays.
 * @returns test cases whose stored output could not be read; empty when all was delivered.
 */
export async function deliver(
  result: DeliverResultInput,
  hostQueue: string | undefined,
  progress: GradingProgress,
  isRecorded = false,
): Promise<readonly (number | null)[]> {
  const references = result.results.filter(hasReference).map((report) => report.testCaseId);
  const local = references.length > 0 && result.missingOutputs === 'fail' ? hostQueue : undefined;
  const place = (options: typeof recording) => (local === undefined ? options : onHost(options, local));
  try {
    if (!isRecorded) {
      progress.entered('record');
      await CancellationScope.nonCancellable(() =>
        activities(place(recording), 'record', `record ${result.overallStatus}`).recordResult(result),
      );
    }
    progress.entered('notify');
    const told = { ...result, startedAt: workflowInfo().startTime.getTime() };
    await activities(place(notifying), 'notify', 'notify the backend').notifyBackend(told);
    return [];
  } catch (error) {
    const missing = missingOutputs(error);
    if (missing !== undefined && missing.length > 0) return missing;
    if (local !== undefined && isHostTimeout(error)) return references;
    throw error;
  }
}

/** Whether one of its texts is kept on a host. */
export function hasReference(report: ResultReport): boolean {
  return isReference(report.output) || isReference(report.errorMessage);
}

function isReference(kept: InlineOrStoredText | null): boolean {
  return kept !== null && typeof kept !== 'string';
}
