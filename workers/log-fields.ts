import { gradeSubmissionType } from '../domain/grading/grading-workflow.js';
import { stepOfActivity } from '../domain/grading/running-step.js';
import { shadowGradeType } from '../domain/grading/shadow-grading.js';
import { shadowCompareType } from '../domain/parity/shadow-set.js';
import { applyShadowType } from '../domain/rejudge/rejudge-set.js';

/** What the SDK says of the place a line comes from; an activity's info or the meta of a log line. */
interface Place {
  readonly workflowId?: unknown;
  readonly workflowRunId?: unknown;
  readonly runId?: unknown;
  readonly workflowExecution?: { readonly workflowId: string; readonly runId: string } | undefined;
  readonly workflowType?: unknown;
  readonly activityType?: unknown;
  readonly attempt?: unknown;
}

/** Which grading, and which step and attempt of it, a line is about; what does not apply is left out. */
export function logFields(place: Place): Record<string, unknown> {
  const workflowId = place.workflowExecution?.workflowId ?? place.workflowId;
  const { activityType } = place;
  return withoutGaps({
    submissionId:
      typeof workflowId === 'string' && ofOneSubmission.includes(place.workflowType)
        ? submissionOf(workflowId)
        : undefined,
    workflowId,
    runId: place.workflowExecution?.runId ?? place.workflowRunId ?? place.runId,
    step: typeof activityType === 'string' ? (stepOfActivity[activityType] ?? activityType) : undefined,
    attempt: place.attempt,
  });
}

/** Types of the workflows that are about one submission; their ids end in its number. */
const ofOneSubmission: readonly unknown[] = [
  gradeSubmissionType,
  shadowGradeType,
  shadowCompareType,
  applyShadowType,
];

/** `grade-17`, `shadow-17`, `rejudge-<set>-17`, `rejudge-<set>-17-r2`, `rejudge-<set>-17-apply`. */
function submissionOf(workflowId: string): number | undefined {
  const id = /-(\d+)(?:-r\d+|-apply)?$/.exec(workflowId)?.[1];
  return id === undefined ? undefined : Number(id);
}

function withoutGaps(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
