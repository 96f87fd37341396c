import { pMapIterable, pMapSkip } from 'p-map';
import type { PreviousRun } from '../../domain/grading/previous-run.js';
import type {
  LatestGrading,
  ReplayCandidate,
  ReplayDecision,
  ReplayFilter,
} from '../../domain/grading/replay.js';
import { decideReplay } from '../../domain/grading/replay.js';
import type { ListedSubmission } from '../../platform/postgres/submission-list.js';
import { failedGradings } from '../../platform/temporal/failed-gradings.js';
import { latestGrading } from '../../platform/temporal/latest-grading.js';
import type { CommandContext } from '../context.js';

export interface ReplaySelection extends ReplayFilter {
  /** Empty: the other options choose. */
  readonly ids: readonly number[];
  readonly atMost: number;
}

/** A chosen submission, and what will happen to it. */
export interface PlannedReplay {
  readonly submissionId: number;
  readonly submission: ListedSubmission | undefined;
  readonly grading: LatestGrading | undefined;
  readonly earlier: PreviousRun | undefined;
  readonly decision: Exclude<ReplayDecision, { kind: 'other' }>;
}

/** What would be replayed, while it is looked for. */
export interface ReplaySearch {
  /** Ascending. Not all of them will be chosen. */
  readonly candidates: readonly { readonly submissionId: number; readonly submission?: ListedSubmission }[];
  /** One for each candidate that is chosen, in ascending id, each as soon as its history is read. */
  readonly planned: AsyncIterable<PlannedReplay>;
}

/** Only looks; starts nothing. */
export async function searchReplays(
  context: CommandContext,
  selection: ReplaySelection,
): Promise<ReplaySearch> {
  const ids = (await candidateIds(context, selection)).toSorted((one, other) => one - other);
  const submissions = new Map((await context.submissions.byIds(ids)).map((row) => [row.submissionId, row]));
  const candidates = ids.map((submissionId) => {
    const submission = submissions.get(submissionId);
    return { submissionId, ...(submission === undefined ? {} : { submission }) };
  });
  const looked = pMapIterable(
    candidates,
    async ({ submissionId, submission }): Promise<PlannedReplay | typeof pMapSkip> => {
      const known = await latestGrading(context.temporal, submissionId);
      const candidate: ReplayCandidate = {
        submissionId,
        ...(submission === undefined ? {} : { platform: submission }),
        ...known,
      };
      const decision = decideReplay(candidate, selection);
      if (decision.kind === 'other') return pMapSkip;
      return { submissionId, submission, grading: known?.grading, earlier: known?.earlier, decision };
    },
    { concurrency: looksAtOnce },
  );
  return { candidates, planned: looked };
}

const looksAtOnce = 16;

/** All of `searchReplays`, once they are known. */
export async function planReplay(
  context: CommandContext,
  selection: ReplaySelection,
): Promise<readonly PlannedReplay[]> {
  const plan: PlannedReplay[] = [];
  for await (const planned of (await searchReplays(context, selection)).planned) plan.push(planned);
  return plan;
}

async function candidateIds(context: CommandContext, selection: ReplaySelection): Promise<number[]> {
  const { ids, status, failedStep, since, until, atMost } = selection;
  if (ids.length > 0) return [...ids];
  if (status !== undefined) {
    return (await context.submissions.byStatus(status, atMost)).map((row) => row.submissionId);
  }
  const usable = await context.starter.prepare();
  return failedGradings(context.temporal, {
    // Where the cluster has no such attribute, the histories say it.
    failedStep: usable.has('FailedStep') ? failedStep : undefined,
    since,
    until,
    atMost,
  });
}
