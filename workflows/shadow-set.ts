import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import {
  CancellationScope,
  continueAsNew,
  executeChild,
  isCancellation,
  proxyActivities,
  setCurrentDetails,
} from '@temporalio/workflow';
import type { ShadowActivities } from '../activities/find-for-shadow.js';
import { gradingPriority } from '../domain/grading/grading-priority.js';
import { gradingQueue } from '../domain/grading/grading-workflow.js';
import type { ShadowCandidate, ShadowSetInput, ShadowSetSummary } from '../domain/parity/shadow-set.js';
import { shadowCompareType, shadowWorkflowId, submissionsPerShadowRun } from '../domain/parity/shadow-set.js';
import { loading } from './activity-options.js';
import { inLanes } from './lanes.js';
import type { shadowCompare } from './shadow-compare.js';

/**
 * Shadows many submissions, a few at a time and at the lowest priority: a list from the command line, or what a sweep
 * of the schedule finds. Each is a child workflow that keeps its own result, so nothing is carried along here but
 * counts. Cancelling it cancels the gradings under way.
 */
export async function shadowSet(input: ShadowSetInput): Promise<ShadowSetSummary> {
  const submissions = await pickedBy(input);
  const share = submissions.slice(0, submissionsPerShadowRun);
  const rest = submissions.slice(submissionsPerShadowRun);
  let counts = input.counts ?? { compared: 0, failed: 0, skipped: 0 };
  await inLanes(share, input.parallel, async (submission) => {
    const outcome = await shadowOne(input, submission);
    counts = { ...counts, [outcome]: counts[outcome] + 1 };
    show(input, counts);
  });
  if (rest.length > 0) {
    await continueAsNew<typeof shadowSet>({ ...input, pick: { kind: 'list', submissions: rest }, counts });
  }
  return counts;
}

async function pickedBy({ pick }: ShadowSetInput): Promise<readonly ShadowCandidate[]> {
  if (pick.kind === 'list') return pick.submissions;
  const { findForShadow } = proxyActivities<ShadowActivities>({
    ...loading,
    startToCloseTimeout: '60s',
    activityId: 'find',
    summary: 'find what the legacy worker has graded',
  });
  return findForShadow(pick.sweep);
}

async function shadowOne(
  { pick, searchAttributes }: ShadowSetInput,
  { submissionId, classId }: ShadowCandidate,
): Promise<keyof ShadowSetSummary> {
  try {
    await executeChild<typeof shadowCompare>(shadowCompareType, {
      workflowId: shadowWorkflowId(submissionId),
      // A sweep takes each once; a person may want it again.
      workflowIdReusePolicy: pick.kind === 'sweep' ? 'REJECT_DUPLICATE' : 'ALLOW_DUPLICATE',
      taskQueue: gradingQueue,
      args: [{ submissionId, origin: 'shadow', searchAttributes }],
      staticSummary: `shadow · #${submissionId}`,
      priority: { priorityKey: gradingPriority('shadow', false), fairnessKey: String(classId) },
      parentClosePolicy: 'REQUEST_CANCEL',
      cancellationType: 'WAIT_CANCELLATION_COMPLETED',
    });
    return 'compared';
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return 'skipped';
    // The whole set is cancelled, or this one alone by hand.
    if (isCancellation(error) && CancellationScope.current().consideredCancelled) throw error;
    return 'failed';
  }
}

function show({ selection }: ShadowSetInput, { compared, failed, skipped }: ShadowSetSummary): void {
  setCurrentDetails(
    `**Shadow** · ${selection}\n\n${compared} compared · ${failed} failed · ${skipped} already running`,
  );
}
