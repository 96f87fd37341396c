import type { CommandContext } from '../../../cli/context.js';
import { toBeApplied } from '../../../domain/rejudge/rejudge-comparison.js';
import type { RejudgeSummary } from '../../../domain/rejudge/rejudge-set.js';
import { createRejudgings } from '../../../platform/temporal/rejudgings.js';
import type { Visitor } from '../../access/visitor.js';
import { mayBe } from '../../access/visitor.js';
import type { Html } from '../../html/html.js';
import { html } from '../../html/html.js';
import { facts, table, verdict } from '../../html/pieces.js';
import { verdictMatrix } from '../../html/verdict-matrix.js';
import { formToken } from '../../layout.js';
import type { PageRoute } from '../../routes.js';

const rowsShown = 200;

/** One rejudging: how far it is, old verdicts against new ones, and what would be written. */
export function rejudgeSetPage(context: CommandContext): PageRoute {
  return {
    path: '/rejudge/:set',
    needs: 'guest',
    read: async ({ visitor, parameters, query }) => {
      const set = parameters.set ?? '';
      const sets = createRejudgings(context.temporal);
      const [from, to] = [query.get('from') ?? undefined, query.get('to') ?? undefined];
      const [summary, page] = await Promise.all([
        sets.summary(set),
        sets.rows(set, {
          only: from === undefined ? 'changed' : 'all',
          ...(from === undefined ? {} : { from }),
          ...(to === undefined ? {} : { to }),
          offset: 0,
          limit: rowsShown,
        }),
      ]);
      const rows = page.rows.map((row) => [
        html`<a href="/submissions/${row.submissionId}">${row.submissionId}</a>`,
        row.difference,
        html`${verdict(row.oldVerdict)}, ${row.oldScore}`,
        row.newVerdict === null ? 'not graded' : html`${verdict(row.newVerdict)}, ${row.newScore ?? 0}`,
        `${row.oldTimeMs} → ${row.newTimeMs} ms`,
        row.verdicts.length > 1 ? row.verdicts.join(', ') : '',
        row.outcome ?? '',
        row.note ?? '',
      ]);
      const columns = [
        'submission',
        'differs by',
        'stored',
        'new',
        'slowest test',
        'verdicts of repetitions',
        'outcome',
        'note',
      ];
      return {
        title: `Rejudging ${set}`,
        body: html`<div class="tile">${summaryFacts(summary)}${mayBe(visitor, 'operator') && actions(summary, visitor)}</div>
${summary.matrix.length > 0 && html`<section class="tile"><h2>Stored × new</h2>${verdictMatrix({ caption: 'Stored verdicts in rows, new ones in columns', corner: 'stored', cells: summary.matrix, path: `/rejudge/${set}` })}</section>`}
<section class="tile"><h2>${from === undefined ? 'Those that differ' : `${from} → ${to ?? 'any'}`}</h2>${rows.length === 0 ? html`<p>None.</p>` : table(`${page.total} submission(s), the first ${rows.length} shown`, columns, rows)}</section>`,
      };
    },
  };
}

function summaryFacts({
  phase,
  graded,
  submissions,
  reason,
  selection,
  requestedBy,
  appliedBy,
  outcomes,
}: RejudgeSummary): Html {
  return facts([
    ['State', phase],
    [
      'Graded',
      html`<meter min="0" max="${submissions}" value="${graded}" aria-label="graded"></meter> ${graded} of ${submissions}`,
    ],
    ['Why', reason],
    ['Selection', selection],
    ['By', requestedBy],
    ['Applied by', appliedBy ?? '–'],
    ...Object.entries(outcomes).map(([outcome, count]) => [outcome, count] as const),
  ]);
}

function actions({ set, phase, differences }: RejudgeSummary, visitor: Visitor): Html | undefined {
  if (phase !== 'grading' && phase !== 'graded' && phase !== 'applying') return undefined;
  const hidden = html`${formToken(visitor)}<input type="hidden" name="set" value="${set}"><label>Why <input name="why" required maxlength="500"></label>`;
  return html`${phase === 'graded' && html`<form class="row" method="post" action="/actions/rejudge-apply">${hidden}<button>Write the ${toBeApplied(differences)} result(s) that differ over the stored ones</button></form>`}
<form class="row" method="post" action="/actions/rejudge-cancel">${hidden}<button class="danger">End it; stored results stay</button></form>`;
}
