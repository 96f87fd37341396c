import type { CommandContext } from '../../../cli/context.js';
import { idRanges } from '../../../domain/grading/id-ranges.js';
import { describeCriteria } from '../../../domain/rejudge/rejudge-selection.js';
import { html } from '../../html/html.js';
import { facts, table, verdict } from '../../html/pieces.js';
import { formToken } from '../../layout.js';
import type { PageRoute } from '../../routes.js';
import { criteriaNames, criteriaOf, selectFor } from './selection.js';

const skippedShown = 50;

/** What a selection holds, before anything is graded. */
export function newRejudgePage(context: CommandContext): PageRoute {
  return {
    path: '/rejudge/new',
    needs: 'operator',
    read: async ({ query, visitor }) => {
      const criteria = criteriaOf(query);
      const { chosen, verdicts, skipped } = await selectFor(context, criteria);
      const stored = Object.entries(verdicts).map(([status, submissions]) => [verdict(status), submissions]);
      const rows = skipped.slice(0, skippedShown).map(({ submissionId, reason }) => [submissionId, reason]);
      return {
        title: 'What would be rejudged',
        body: html`${facts([
          ['Selection', describeCriteria(criteria)],
          ['Selected', `${chosen.length} submission(s)`],
          ['Numbers', chosen.length === 0 ? '–' : idRanges(chosen).slice(0, 2_000)],
          ['Left out', skipped.length],
        ])}
${stored.length > 0 && table('Verdicts that they have now', ['verdict', { name: 'submissions', isNumber: true }], stored)}
${rows.length > 0 && table('Left out', ['submission', 'because'], rows)}
${
  chosen.length > 0 &&
  html`<form class="row" method="post" action="/actions/rejudge-create">${formToken(visitor)}${criteriaNames.map((name) => html`<input type="hidden" name="${name}" value="${query.get(name) ?? ''}">`)}
<label>Why <input name="why" required maxlength="500"></label><button>Grade ${chosen.length} again</button></form>`
}
<p><a href="/rejudge">Back</a></p>`,
      };
    },
  };
}
