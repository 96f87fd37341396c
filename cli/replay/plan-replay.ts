import pMap from 'p-map';
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
import { tell } from '../../platform/terminal/print.js';
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

/** More take seconds: each is a look at its history. */
const manyGradings = 100;

/** Only looks; starts nothing. In ascending id. */
export async function planReplay(
  context: CommandContext,
  selection: ReplaySelection,
): Promise<readonly PlannedReplay[]> {
  const ids = await candidateIds(context, selection);
  if (ids.length > manyGradings) tell(`reading the histories of ${ids.length} gradings …`);
  const submissions = new Map((await context.submissions.byIds(ids)).map((row) => [row.submissionId, row]));
  const planned = await pMap(
    ids,
    async (submissionId): Promise<PlannedReplay | undefined> => {
      const submission = submissions.get(submissionId);
      const known = await latestGrading(context.temporal, submissionId);
      const candidate: ReplayCandidate = {
        submissionId,
        ...(submission === undefined ? {} : { platform: submission }),
        ...known,
      };
      const decision = decideReplay(candidate, selection);
      if (decision.kind === 'other') return undefined;
      return { submissionId, submission, grading: known?.grading, earlier: known?.earlier, decision };
    },
    { concurrency: 16 },
  );
  return planned
    .filter((each) => each !== undefined)
    .sort((one, other) => one.submissionId - other.submissionId);
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
