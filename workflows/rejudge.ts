import {
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  defineQuery,
  defineUpdate,
  isCancellation,
  setCurrentDetails,
  setHandler,
} from '@temporalio/workflow';
import type { RejudgeFilter, RejudgeRows } from '../domain/rejudge/rejudge-filter.js';
import { filterRows } from '../domain/rejudge/rejudge-filter.js';
import { RejudgeProgress } from '../domain/rejudge/rejudge-progress.js';
import type {
  ApplyRejudgeAnswer,
  ApplyRejudgeInput,
  RejudgeInput,
  RejudgeSummary,
} from '../domain/rejudge/rejudge-set.js';
import {
  applyRejudgeUpdateName,
  decideWithinMs,
  rejudgeRowsQueryName,
  rejudgeSummaryQueryName,
} from '../domain/rejudge/rejudge-set.js';
import { applyRow } from './apply-row.js';
import { failure } from './failures.js';
import { inLanes } from './lanes.js';
import { rejudgeDetails } from './rejudge-details.js';
import { Rejudging } from './rejudge-submission.js';
import { upsertSearchAttributes } from './search-attributes.js';

const summaryQuery = defineQuery<RejudgeSummary>(rejudgeSummaryQueryName);
const rowsQuery = defineQuery<RejudgeRows, [RejudgeFilter]>(rejudgeRowsQueryName);
const applyUpdate = defineUpdate<ApplyRejudgeAnswer, [ApplyRejudgeInput]>(applyRejudgeUpdateName);

/**
 * A rejudging: grades a fixed list of submissions beside their stored results, then waits for a decision.
 *
 * Grading: each submission is graded by child workflows of type `shadowGrade`, which record nothing, and compared with
 * what is stored at that moment. A few run at a time; when one ends the next begins. Applying: each result that differs
 * is written by a child workflow of type `applyShadow`, and only where the stored result is still the one it was
 * compared with. After a number of submissions, and only between children, the workflow continues as new and carries
 * the rows along, so its history stays short whatever the size of the set.
 *
 * Cancelling it, at any time, cancels the gradings under way (their programs are killed); results whose writing has
 * begun are written to the end, since the database and the backend must agree. A set nobody decides on expires.
 */
export async function rejudge(input: RejudgeInput): Promise<RejudgeSummary> {
  const progress = new RejudgeProgress(input);
  const show = () => setCurrentDetails(rejudgeDetails(progress.summary()));
  setHandler(summaryQuery, () => progress.summary());
  setHandler(rowsQuery, (filter) => filterRows(progress.rows(), filter));
  setHandler(
    applyUpdate,
    ({ by }: ApplyRejudgeInput) => {
      progress.phase = 'applying';
      progress.appliedBy = by;
      return { toApply: progress.toApply().length };
    },
    { validator: (_input: ApplyRejudgeInput) => requireGraded(progress) },
  );
  upsertSearchAttributes(input.searchAttributes, { Origin: 'rejudge' });
  show();
  try {
    if (progress.phase === 'grading') await gradeSome(input, progress, show);
    if (progress.phase === 'graded' && !(await decided(progress))) progress.phase = 'expired';
    if (progress.phase === 'applying') await applySome(input, progress, show);
    return progress.summary();
  } catch (error) {
    if (isCancellation(error)) progress.phase = 'cancelled';
    throw error;
  } finally {
    show();
    await CancellationScope.nonCancellable(() => condition(allHandlersFinished));
  }
}

/** One run's share of the gradings; does not return while some are left. */
async function gradeSome(input: RejudgeInput, progress: RejudgeProgress, show: () => void): Promise<void> {
  const left = progress.toGrade();
  const share = left.slice(0, input.submissionsPerRun);
  const rejudging = new Rejudging(input, share);
  await inLanes(share, input.parallel, async (submissionId) => {
    progress.finished(await rejudging.grade(submissionId));
    show();
  });
  if (left.length > share.length) await continueAsNew<typeof rejudge>(progress.carriedOn());
  progress.phase = 'graded';
  progress.gradedAtMs = Date.now();
  show();
}

/** @returns false when nobody decided in time. */
function decided(progress: RejudgeProgress): Promise<boolean> {
  const since = progress.gradedAtMs ?? Date.now();
  return condition(() => progress.phase === 'applying', Math.max(1, since + decideWithinMs - Date.now()));
}

async function applySome(input: RejudgeInput, progress: RejudgeProgress, show: () => void): Promise<void> {
  const left = progress.toApply();
  const share = left.slice(0, input.submissionsPerRun);
  await inLanes(share, input.parallel, async (row) => {
    const { outcome, note } = await applyRow(input, row);
    progress.tried(row, outcome, note);
    show();
  });
  if (left.length > share.length) await continueAsNew<typeof rejudge>(progress.carriedOn());
  progress.phase = 'applied';
}

function requireGraded(progress: RejudgeProgress): void {
  if (progress.phase === 'graded') return;
  const { set, graded, submissions } = progress.summary();
  const message =
    progress.phase === 'grading'
      ? `${submissions - graded} of ${submissions} submissions of set ${set} are not graded yet. Wait for them, and look at: grader rejudge show ${set}`
      : `Set ${set} is ${progress.phase} already.`;
  throw failure({ type: 'RejudgeNotGraded', message });
}
