import type { ReplayDecision } from '../../domain/grading/replay.js';
import type { Answer } from '../../platform/terminal/json-answer.js';
import { renderTable } from '../../platform/terminal/table.js';
import { cutLine } from '../../platform/terminal/text-width.js';
import type { replayAnswer } from '../answers/submission-answers.js';
import type { PlannedReplay } from './plan-replay.js';
import type { ReplayOutcome } from './run-replay.js';

const reasonLength = 60;

/** What would run, and what is skipped and why. */
export function renderPlan(plan: readonly PlannedReplay[]): string {
  const rows = plan.map(({ submissionId, submission, grading, decision }) => [
    submissionId,
    submission?.status ?? '–',
    grading?.failedStep ?? '–',
    shortened(grading?.reason ?? ''),
    decision.kind === 'replay' ? decision.from : `skipped: ${decision.why}`,
  ]);
  return `${renderTable(['submission', 'status', 'failed at', 'because', 'replay from'], rows)}\n${countsOf(plan)}`;
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
