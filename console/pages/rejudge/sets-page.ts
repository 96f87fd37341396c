import type { CommandContext } from '../../../cli/context.js';
import { assertReachable } from '../../../cli/status/read-status.js';
import { languages } from '../../../domain/judging/language.js';
import { Status } from '../../../domain/judging/status.js';
import type { ListedRejudging } from '../../../platform/temporal/rejudgings.js';
import { createRejudgings } from '../../../platform/temporal/rejudgings.js';
import { mayBe } from '../../access/visitor.js';
import type { Html } from '../../html/html.js';
import { html } from '../../html/html.js';
import { moment, table } from '../../html/pieces.js';
import { orUnseen, seenSection } from '../../html/seen.js';
import type { PageRoute } from '../../routes.js';

/** The rejudgings, open ones first, and the way to a new one. */
export function rejudgeSetsPage(context: CommandContext): PageRoute {
  return {
    path: '/rejudge',
    needs: 'guest',
    read: async ({ visitor }) => {
      const listing = assertReachable(context).then(() => createRejudgings(context.temporal).list());
      return {
        title: 'Rejudge',
        body: html`${mayBe(visitor, 'operator') && newSet()}
${seenSection('sets', 'Rejudgings', await orUnseen(listing), listOf)}`,
      };
    },
  };
}

function listOf(sets: readonly ListedRejudging[]): Html {
  if (sets.length === 0) return html`<p>Nothing has been rejudged yet.</p>`;
  const rows = sets.map(({ set, status, startedAt, submissions, selection, reason, requestedBy }) => [
    html`<a href="/rejudge/${set}">${set}</a>`,
    status === 'RUNNING' ? 'open' : status.toLowerCase(),
    moment(startedAt),
    submissions,
    selection,
    reason,
    requestedBy,
  ]);
  const columns = [
    'set',
    'state',
    'began',
    { name: 'submissions', isNumber: true },
    'selection',
    'reason',
    'by',
  ];
  return table('Open ones first', columns, rows);
}

function newSet(): Html {
  const options = (values: readonly string[]) =>
    html`<option value="">any</option>${values.map((value) => html`<option>${value}</option>`)}`;
  return html`<section class="tile"><h2>A new rejudging</h2><p class="quiet">Nothing is recorded, and nobody is notified, until it is applied.</p>
<form class="row" method="get" action="/rejudge/new">
<label>Problem <input name="problem" inputmode="numeric" size="6"></label>
<label>Class <input name="class" inputmode="numeric" size="6"></label>
<label>Language <select name="language">${options(Object.keys(languages))}</select></label>
<label>Verdict <select name="verdict">${options(Object.values(Status))}</select></label>
<label>Submissions, such as 3,7,100-120 <input name="ids"></label>
<button>Show what that selects</button></form></section>`;
}
