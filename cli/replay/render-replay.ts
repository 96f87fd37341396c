import type { ReplayDecision } from '../../domain/grading/replay.js';
import type { Answer } from '../../platform/terminal/json-answer.js';
import { renderTable, sayTable } from '../../platform/terminal/table.js';
import { cutLine } from '../../platform/terminal/text-width.js';
import type { replayAnswer } from '../answers/submission-answers.js';
import type { PlannedReplay, ReplaySearch } from './plan-replay.js';
import type { ReplayOutcome } from './run-replay.js';

const reasonLength = 60;

/** What would run, and what is skipped and why: each as soon as it is known. */
export async function sayPlan(
  { candidates, planned }: ReplaySearch,
  say: (text: string) => void,
): Promise<readonly PlannedReplay[]> {
  const plan: PlannedReplay[] = [];
  const statuses = candidates.map(({ submission }) => submission?.status ?? '');
  const widest = [
    candidates.at(-1)?.submissionId ?? '',
    statuses.reduce((one, other) => (other.length > one.length ? other : one), ''),
  ];
  await sayTable(planHead, widest, rowsOf(planned, plan), say);
  say(plan.length === 0 ? nothingFound : countsOf(plan));
  return plan;
}

export const nothingFound = 'No such submission or failed grading was found.';

const planHead = ['submission', 'status', 'failed at', 'because', 'replay from'];

async function* rowsOf(planned: AsyncIterable<PlannedReplay>, plan: PlannedReplay[]) {
  for await (const each of planned) {
    plan.push(each);
    const { submissionId, submission, grading, decision } = each;
    yield [
      submissionId,
      submission?.status ?? '–',
      grading?.failedStep ?? '–',
      shortened(grading?.reason ?? ''),
      decision.kind === 'replay' ? decision.from : `skipped: ${decision.why}`,
    ];
  }
}

/** Before → after. */
export function renderOutcomes(outcomes: readonly ReplayOutcome[]): string {
  const rows = outcomes.map(({ planned, after, score, kind }) => [
    planned.submissionId,
    withScore(planned.submission?.status ?? '–', planned.submission?.score ?? null),
    '→',
    kind === 'graded' ? withScore(after, score) : shortened(after),
    planned.decision.kind === 'replay' ? planned.decision.from : '',
  ]);
  return `${renderTable(['submission', 'before', '', 'after', 'replayed from'], rows)}\n${countOutcomes(outcomes)}.`;
}

/** In words, such as `3 graded, 1 failed again`. */
export function countOutcomes(outcomes: readonly ReplayOutcome[]): string {
  const count = (kind: ReplayOutcome['kind']) => outcomes.filter((each) => each.kind === kind).length;
  const parts = [
    `${count('graded')} graded`,
    `${count('failed')} failed again`,
    ...(count('cancelled') > 0 ? [`${count('cancelled')} cancelled`] : []),
    ...(count('faster') > 0 ? [`${count('faster')} started by somebody else`] : []),
    ...(count('not-waited-for') > 0 ? [`${count('not-waited-for')} not waited for; they go on`] : []),
  ];
  return parts.join(', ');
}

export function replayAsJson(
  plan: readonly PlannedReplay[],
  outcomes: readonly ReplayOutcome[] | undefined,
): Answer<typeof replayAnswer> {
  const after = new Map(outcomes?.map((outcome) => [outcome.planned.submissionId, outcome]));
  const replays = plan.map(({ submissionId, submission, grading, decision }) => {
    const outcome = after.get(submissionId);
    return {
      submissionId,
      before: { status: submission?.status ?? null, score: submission?.score ?? null },
      failedStep: grading?.failedStep ?? null,
      reason: grading?.reason ?? null,
      runId: grading?.runId ?? null,
      ...decided(decision),
      ...(outcome === undefined
        ? {}
        : { outcome: outcome.kind, after: { status: outcome.after, score: outcome.score } }),
    };
  });
  return { executed: outcomes !== undefined, replays };
}

function decided(decision: PlannedReplay['decision']): { replayFrom: string | null; skipped: string | null } {
  return decision.kind === 'replay'
    ? { replayFrom: decision.resumePoint.from, skipped: null }
    : { replayFrom: null, skipped: decision.why };
}

function countsOf(plan: readonly PlannedReplay[]): string {
  const chosen = plan.flatMap(({ decision }) => (decision.kind === 'replay' ? [decision] : []));
  const from = (step: Extract<ReplayDecision, { kind: 'replay' }>['resumePoint']['from']) =>
    chosen.filter((decision) => decision.resumePoint.from === step).length;
  const steps = (['start', 'run', 'record', 'notify'] as const)
    .filter((step) => from(step) > 0)
    .map((step) => `${from(step)} from ${step}`);
  const which = steps.length === 0 ? '' : ` (${steps.join(', ')})`;
  return `${chosen.length} to replay${which}, ${plan.length - chosen.length} skipped.`;
}

function withScore(status: string, score: number | null): string {
  return score === null ? status : `${status} ${score}`;
}

function shortened(text: string): string {
  return cutLine(text, reasonLength);
}
