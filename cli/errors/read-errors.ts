import { isGraded } from '../../domain/grading/stored-result.js';
import { Status } from '../../domain/judging/status.js';
import type { ListedSubmission } from '../../platform/postgres/submission-list.js';
import { failedRuns } from '../../platform/temporal/failed-runs.js';
import { runningGradings } from '../../platform/temporal/running-gradings.js';
import { stuckWorkflows } from '../../platform/temporal/stuck-workflows.js';
import type { CommandContext } from '../context.js';
import { workflowLink } from '../workflow-link.js';

/** In place of a step: it is the workflow itself that cannot go on. */
export const stuckStep = 'workflow task';

/** Each costs a call. */
export const maxRunningRead = 100;

export interface ErrorEntry {
  readonly submissionId: number;
  readonly at: string;
  readonly step: string;
  readonly cause: string;
  /** Its grading runs and tries the step again. */
  readonly retried: boolean;
  /** Undefined: the submission was deleted. */
  readonly now: string | undefined;
  readonly link: string | null;
}

/** What failed, is tried again or stands still, latest first. */
export async function readErrors(context: CommandContext, since: Date, limit: number): Promise<ErrorEntry[]> {
  const { temporal, submissions, settings } = context;
  const [runs, stuck, running, shown] = await Promise.all([
    failedRuns(temporal, since, limit),
    stuckWorkflows(temporal, limit),
    runningGradings(temporal, maxRunningRead),
    submissions.byStatusSince(Status.SystemError, since, limit),
  ]);
  const retrying = running.filter(({ retried }) => retried.length > 0);
  const ids = [...runs, ...retrying, ...stuck].flatMap(({ submissionId }) => submissionId ?? []);
  const known = await submissions.byIds([...new Set(ids)]);
  const now = new Map(known.map((submission) => [submission.submissionId, submission.status]));
  // Somebody's will, but if he forgets the submission, nobody else tells of it.
  const ended = runs.filter(
    ({ submissionId, isTerminated }) => !isTerminated || isWithoutVerdict(now.get(submissionId)),
  );
  const ours = ended.map(({ submissionId, closedAt, step, reason, workflowId, runId, isTerminated }) => ({
    submissionId,
    at: closedAt.toISOString(),
    step: step ?? (isTerminated ? '–' : 'unknown'),
    cause: reason,
    retried: false,
    now: now.get(submissionId),
    link: workflowLink(settings.temporal, workflowId, runId),
  }));
  const again = retrying.flatMap(({ submissionId, workflowId, runId, retried }) =>
    retried.map(({ at, step, attempt, reason }) => ({
      submissionId,
      at: at?.toISOString() ?? '',
      step,
      cause: `attempt ${attempt} follows: ${reason}`,
      retried: true,
      now: now.get(submissionId),
      link: workflowLink(settings.temporal, workflowId, runId),
    })),
  );
  const halted = stuck.flatMap(({ submissionId, workflowId, runId, since: at, attempt, reason }) =>
    submissionId === undefined
      ? []
      : {
          submissionId,
          at: at.toISOString(),
          step: stuckStep,
          cause: `attempt ${attempt} follows, and only --terminate ends that: ${reason}`,
          retried: true,
          now: now.get(submissionId),
          link: workflowLink(settings.temporal, workflowId, runId),
        },
  );
  const others = shown.filter(({ submissionId }) => !now.has(submissionId)).map(ofAnotherWorker);
  return [...ours, ...again, ...halted, ...others]
    .toSorted((a, b) => b.at.localeCompare(a.at))
    .slice(0, limit);
}

/** @param status undefined where the submission was deleted. */
function isWithoutVerdict(status: string | undefined): boolean {
  return status !== undefined && !isGraded(status);
}

function ofAnotherWorker({ submissionId, submittedAt, status }: ListedSubmission): ErrorEntry {
  return {
    submissionId,
    at: submittedAt?.toISOString() ?? '',
    step: '–',
    cause: 'no failed grading of ours since then: another worker wrote it',
    retried: false,
    now: status,
    link: null,
  };
}
