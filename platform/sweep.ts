import type { SweepState } from '../domain/grading/stranded-submission.js';
import { needsStart, sweepUngraded, untoldState } from '../domain/grading/stranded-submission.js';
import type { ListedSubmission, SubmissionList } from './postgres/submission-list.js';
import type { TemporalClient } from './temporal/connection.js';
import { gradingSummaries } from './temporal/known-gradings.js';
import { latestGradingState } from './temporal/latest-grading.js';

/*
 * The one way to look for submissions that nobody would tell of: `grader sweep` prints what it yields, the schedule counts it.
 *
 * It goes through the platform's database a page at a time, from the latest submission on, and keeps none: memory does not
 * grow with what it finds. A page costs a query and a few calls to Temporal (one for each hundred submissions); only what
 * would need a start is looked at one by one, as Temporal's lists lag a moment.
 */

export interface SweepSources {
  readonly submissions: Pick<SubmissionList, 'ungraded' | 'untold' | 'byIds'>;
  readonly temporal: TemporalClient;
}

export interface SweepRange {
  /** A younger submission is not missed yet. */
  readonly olderThanMs: number;
  /** Ready messages on the queues of the platform; undefined when a broker does not answer, and then none counts as stranded. */
  readonly messagesWaiting: number | undefined;
  /** Of submissions without a verdict. */
  readonly atMost?: number | undefined;
}

export interface SweepOptions extends SweepRange {
  /** Called after each page. */
  readonly onProgress?: (lookedAt: number) => void;
}

export interface FoundSubmission {
  readonly submission: ListedSubmission;
  readonly state: SweepState;
}

const pageSize = 500;

/** Pages of what was found, latest first: those without a verdict, then those whose verdict was not told. @throws the sources' errors. */
export async function* sweep(
  sources: SweepSources,
  options: SweepOptions,
): AsyncGenerator<readonly FoundSubmission[]> {
  const { submissions } = sources;
  const olderThan = new Date(Date.now() - options.olderThanMs);
  let lookedAt = 0;
  let mayBeQueued = options.messagesWaiting ?? Number.POSITIVE_INFINITY;
  for await (const page of pages((before, atMost) => submissions.ungraded(before, atMost), options.atMost)) {
    const swept = sweepUngraded(await withGradings(sources, page), mayBeQueued, olderThan);
    mayBeQueued = swept.mayBeQueued;
    lookedAt += page.length;
    yield await lookAgain(sources, swept.found, isUngraded);
    options.onProgress?.(lookedAt);
  }
  for await (const page of pages((before, atMost) => submissions.untold(before, atMost))) {
    const found = (await withGradings(sources, page)).map((submission) => ({
      submission,
      state: untoldState(submission.grading),
    }));
    lookedAt += page.length;
    yield await lookAgain(sources, found, (status) => status !== undefined);
    options.onProgress?.(lookedAt);
  }
}

async function* pages(
  read: (before: number | undefined, atMost: number) => Promise<ListedSubmission[]>,
  atMost = Number.POSITIVE_INFINITY,
): AsyncGenerator<readonly ListedSubmission[]> {
  let left = atMost;
  let before: number | undefined;
  while (left > 0) {
    const wanted = Math.min(pageSize, left);
    const page = await read(before, wanted);
    if (page.length > 0) yield page;
    if (page.length < wanted) return;
    left -= page.length;
    before = page.at(-1)?.submissionId;
  }
}

type Known = ListedSubmission & { readonly grading?: { readonly state: string } };

async function withGradings(
  { temporal }: SweepSources,
  page: readonly ListedSubmission[],
): Promise<readonly Known[]> {
  const ids = page.map(({ submissionId }) => submissionId);
  const gradings = await gradingSummaries(temporal, ids);
  return page.map((submission) => {
    const grading = gradings.get(submission.submissionId);
    return grading === undefined ? submission : { ...submission, grading };
  });
}

const atATime = 8;

/** What would need a start is asked for at the server itself, and in the database: its grading may have begun, or ended, meanwhile. */
async function lookAgain(
  { submissions, temporal }: SweepSources,
  found: readonly FoundSubmission[],
  isStill: (status: string | undefined) => boolean,
): Promise<readonly FoundSubmission[]> {
  const suspects = found
    .filter(({ state }) => needsStart(state))
    .map(({ submission }) => submission.submissionId);
  if (suspects.length === 0) return found;
  const now = new Map<number, string | undefined>();
  const left = [...suspects];
  const lane = async (): Promise<void> => {
    for (let id = left.pop(); id !== undefined; id = left.pop()) {
      now.set(id, await latestGradingState(temporal, id));
    }
  };
  await Promise.all(Array.from({ length: atATime }, lane));
  // Only now: a grading that ended before this has written its verdict.
  const rows = new Map((await submissions.byIds(suspects)).map((row) => [row.submissionId, row.status]));
  return found.flatMap((each) => {
    if (!needsStart(each.state)) return [each];
    const id = each.submission.submissionId;
    const state = now.get(id);
    if (state === 'running') return [{ ...each, state }];
    if (each.state === 'untold' && state !== undefined) return [{ ...each, state: untoldState({ state }) }];
    return isStill(rows.get(id)) ? [each] : [];
  });
}

function isUngraded(status: string | undefined): boolean {
  return status === 'Pending' || status === 'Running';
}
