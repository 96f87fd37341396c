import type { CommandContext } from '../../../cli/context.js';
import { assertAnswers } from '../../../cli/context.js';
import type { ErrorEntry } from '../../../cli/errors/read-errors.js';
import { readErrors } from '../../../cli/errors/read-errors.js';
import { planReplay } from '../../../cli/replay/plan-replay.js';
import { assertReachable } from '../../../cli/status/read-status.js';
import { isGraded } from '../../../domain/grading/stored-result.js';
import { Status } from '../../../domain/judging/status.js';
import type { FoundSubmission } from '../../../platform/sweep.js';
import type { Visitor } from '../../access/visitor.js';
import { mayBe } from '../../access/visitor.js';
import { findStranded } from '../../find-stranded.js';
import type { Html, Piece } from '../../html/html.js';
import { html } from '../../html/html.js';
import { moment, shortened, table, uiLink, verdict } from '../../html/pieces.js';
import { orUnseen, seenSection } from '../../html/seen.js';
import { formToken } from '../../layout.js';
import { readOnce } from '../../live/series.js';
import type { PageRoute } from '../../routes.js';
import { FormError } from '../../routes.js';

const sinceMs = 24 * 3_600_000;
const maxErrors = 300;
/** A sweep goes through much of the platform's database: whoever looks meanwhile sees the same one. */
const sweptForMs = 10_000;

/** What failed or stands still, by its cause, and what waits for nothing. */
export function failuresPage(context: CommandContext): PageRoute {
  const stranded = readOnce(() => findStranded(context), sweptForMs);
  return {
    path: '/failures',
    needs: 'guest',
    read: async ({ visitor }) => {
      const reachable = assertReachable(context);
      const [errors, found] = await Promise.all([
        orUnseen(reachable.then(() => readErrors(context, new Date(Date.now() - sinceMs), maxErrors))),
        orUnseen(reachable.then(stranded)),
      ]);
      return {
        title: 'Failures',
        body: html`${seenSection('failed', 'Failed, or tried again, in the last day', errors, (entries) => errorGroups(entries, visitor))}
${seenSection('stranded', 'Stranded: without message and grading, or not told to the backend', found, (submissions) => strandedList(submissions, visitor))}`,
      };
    },
  };
}

function errorGroups(entries: readonly ErrorEntry[], visitor: Visitor): Html {
  if (entries.length === 0) return html`<p class="well">Nothing failed.</p>`;
  const lists = [...grouped(entries)].map(
    ([cause, of]) =>
      html`<fieldset class="box"><legend>${of.length} × ${cause}</legend>${table(
        'Latest first',
        [...(mayBe(visitor, 'operator') ? ['chosen'] : []), 'submission', 'at', 'cause', 'now'],
        of.map((entry) => errorRow(entry, visitor)),
      )}</fieldset>`,
  );
  if (!mayBe(visitor, 'operator')) return html`${lists}`;
  return html`<form method="get" action="/failures/replay">${lists}<button>Show what a replay of the chosen would do</button></form>`;
}

function grouped(entries: readonly ErrorEntry[]): ReadonlyMap<string, readonly ErrorEntry[]> {
  const groups = new Map<string, ErrorEntry[]>();
  for (const entry of entries) groups.set(causeOf(entry), [...(groups.get(causeOf(entry)) ?? []), entry]);
  return groups;
}

/** Numbers differ from one submission to the next; the cause does not. */
function causeOf({ step, cause, retried }: ErrorEntry): string {
  const words = shortened(cause.replace(/\d+/g, '…').replace(/\s+/g, ' '), 120);
  return `${step}${retried ? ', tried again' : ''}: ${words}`;
}

function errorRow(
  { submissionId, at, cause, now, link, retried }: ErrorEntry,
  visitor: Visitor,
): readonly Piece[] {
  const choice = mayBe(visitor, 'operator')
    ? [
        html`<input type="checkbox" name="id" value="${submissionId}" aria-label="Choose submission ${submissionId}" ${!retried && awaitsReplay(now) && html`checked`}>`,
      ]
    : [];
  return [
    ...choice,
    html`<a href="/submissions/${submissionId}">${submissionId}</a>`,
    moment(at === '' ? null : at),
    html`${shortened(cause, 400)}${link !== null && html` (${uiLink(link, 'workflow')})`}`,
    now === undefined ? 'deleted' : verdict(now),
  ];
}

/** What has a verdict by now, or is deleted, is not replayed. */
function awaitsReplay(now: string | undefined): boolean {
  return now !== undefined && (!isGraded(now) || now === Status.SystemError);
}

function strandedList(found: readonly FoundSubmission[], visitor: Visitor): Html {
  if (found.length === 0) return html`<p class="well">None.</p>`;
  const isOperator = mayBe(visitor, 'operator');
  const rows = found.map(({ submission, state }) => [
    ...(isOperator
      ? [
          html`<input type="checkbox" name="id" value="${submission.submissionId}" aria-label="Choose submission ${submission.submissionId}" checked>`,
        ]
      : []),
    html`<a href="/submissions/${submission.submissionId}">${submission.submissionId}</a>`,
    moment(submission.submittedAt),
    shortened(submission.problemTitle, 80),
    state,
  ]);
  const list = table(
    'Each needs a start',
    [...(isOperator ? ['chosen'] : []), 'submission', 'handed in', 'problem', 'state'],
    rows,
  );
  if (!isOperator) return list;
  return html`<form method="post" action="/actions/start-stranded">${formToken(visitor)}${list}<div class="row"><label>Why <input name="why" required maxlength="500"></label> <button>Start the chosen</button></div></form>`;
}

/** What a replay of the chosen would do: nothing is started by looking. */
export function replayPlanPage(context: CommandContext): PageRoute {
  return {
    path: '/failures/replay',
    needs: 'operator',
    read: async ({ visitor, query }) => {
      const ids = [...new Set(query.getAll('id'))].filter((id) => /^\d{1,15}$/.test(id)).map(Number);
      if (ids.length === 0) throw new FormError('Nothing is chosen.');
      if (ids.length > maxErrors) throw new FormError(`At most ${maxErrors} at a time.`);
      await assertAnswers(context, 'platform');
      const plan = await planReplay(context, { ids, atMost: ids.length });
      const chosen = plan.filter(({ decision }) => decision.kind === 'replay');
      const rows = plan.map(({ submissionId, submission, grading, decision }) => [
        html`<a href="/submissions/${submissionId}">${submissionId}</a>`,
        submission === undefined ? '–' : verdict(submission.status),
        grading?.failedStep ?? '–',
        shortened(grading?.reason ?? '', 200),
        decision.kind === 'replay' ? decision.from : `skipped: ${decision.why}`,
      ]);
      return {
        title: 'What a replay would do',
        body: html`${table('Nothing has been started', ['submission', 'status', 'failed at', 'because', 'replay from'], rows)}
${chosen.length === 0 ? html`<p>Nothing is left to replay.</p>` : html`<form class="row" method="post" action="/actions/replay">${formToken(visitor)}${chosen.map(({ submissionId }) => html`<input type="hidden" name="id" value="${submissionId}">`)}<label>Why <input name="why" required maxlength="500"></label><button>Replay ${chosen.length}</button></form>`}
<p><a href="/failures">Back</a></p>`,
      };
    },
  };
}
