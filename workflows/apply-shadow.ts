import type { RecordIfUnchangedOutput } from '../activities/record-if-unchanged.js';
import type { GradedResult } from '../activities/rejudge-dependencies.js';
import type { ApplyOutcome } from '../domain/rejudge/rejudge-comparison.js';
import { activities, loading, notifying, onHost, recording, rejudgeActivities } from './activity-options.js';
import { referencedTests } from './deliver.js';
import { isHostTimeout, missingOutputs } from './failures.js';

export interface RowApplied {
  readonly outcome: ApplyOutcome;
  readonly note: string | null;
}

export interface ApplyShadowInput {
  readonly submissionId: number;
  /** Of the stored result the new one was compared with. */
  readonly fingerprint: string;
  /** The shadow grading whose result is written. */
  readonly gradedBy: string;
}

/**
 * Makes the result of a shadow grading the stored one: records it unless the stored result was replaced since, then
 * notifies the backend, as a grading does. Cancelled between the two it would leave them in disagreement, so it is
 * only ever started where nobody cancels it.
 */
export async function applyShadow(input: ApplyShadowInput): Promise<RowApplied> {
  const graded = await rejudgeActivities(loading, 'load', 'load the new result').loadShadowResult({
    workflowId: input.gradedBy,
  });
  if (graded === null)
    return { outcome: 'gone', note: `The workflow ${input.gradedBy} is not kept any more.` };
  const { outcome, result } = await record(input, graded);
  if (outcome === 'conflict') {
    return { outcome, note: 'The stored result was replaced since it was compared.' };
  }
  if (outcome === 'not-found') return { outcome: 'gone', note: 'The submission was deleted.' };
  const place =
    hasReferences(result) && graded.hostQueue !== null ? onHost(notifying, graded.hostQueue) : notifying;
  try {
    await activities(place, 'notify', 'notify the backend').notifyBackend(result);
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    const preview = { ...result, missingOutputs: 'show-preview' as const };
    await activities(notifying, 'notify-previews', 'notify the backend').notifyBackend(preview);
  }
  return { outcome: 'applied', note: null };
}

/** On the host that has the long outputs; where they are gone, with their beginnings. */
async function record(
  { fingerprint }: ApplyShadowInput,
  { result, hostQueue }: GradedResult,
): Promise<RecordIfUnchangedOutput & Pick<GradedResult, 'result'>> {
  const summary = `record ${result.overallStatus}`;
  const place = hasReferences(result) && hostQueue !== null ? onHost(recording, hostQueue) : recording;
  try {
    const done = await rejudgeActivities(place, 'record', summary).recordIfUnchanged({
      ...result,
      fingerprint,
    });
    return { ...done, result };
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    const preview = { ...result, missingOutputs: 'show-preview' as const };
    const done = await rejudgeActivities(recording, 'record-previews', summary).recordIfUnchanged({
      ...preview,
      fingerprint,
    });
    return { ...done, result: preview };
  }
}

function hasReferences(result: GradedResult['result']): boolean {
  return result.missingOutputs === 'fail' && referencedTests(result).length > 0;
}

function isUnreadable(error: unknown): boolean {
  return missingOutputs(error) !== undefined || isHostTimeout(error);
}
