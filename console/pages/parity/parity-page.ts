import type { CommandContext } from '../../../cli/context.js';
import { describeAccepted } from '../../../cli/parity/accept-difference.js';
import {
  agreementText,
  classNames,
  kindOf,
  noiseText,
  ourSide,
  theirSide,
  whyOf,
} from '../../../cli/parity/describe-row.js';
import { newVerdictName } from '../../../domain/grading/verdict-matrix.js';
import type { AcceptedRules } from '../../../domain/parity/accepted-rules.js';
import type { ParityClass } from '../../../domain/parity/parity.js';
import { isMismatch, parityClasses } from '../../../domain/parity/parity.js';
import type { ParityReport, ParityRow } from '../../../domain/parity/parity-report.js';
import { differencesOf } from '../../../domain/parity/parity-report.js';
import { maxGradingsRead } from '../../../platform/parity.js';
import type { Visitor } from '../../access/visitor.js';
import { mayBe } from '../../access/visitor.js';
import type { Html, Piece } from '../../html/html.js';
import { html } from '../../html/html.js';
import { act, facts, moment, shortened, table } from '../../html/pieces.js';
import { verdictMatrix } from '../../html/verdict-matrix.js';
import { formToken } from '../../layout.js';
import type { PageRoute } from '../../routes.js';
import type { ParityDesk, ParityPeriod } from './parity-desk.js';
import { parityPeriods } from './parity-desk.js';

const rowsShown = 200;

/** What we judge otherwise than the legacy worker, and what people have said about it. */
export function parityPage(context: CommandContext, desk: ParityDesk): PageRoute {
  return {
    path: '/parity',
    needs: 'guest',
    read: async ({ visitor, query }) => {
      const period = periodOf(query.get('since'));
      const { report, accepted } = await desk.read(period);
      return {
        title: 'Parity',
        body: html`${periodForm(period)}
${
  report.rows.length === 0
    ? html`<p>Nothing was shadowed in this time. Compare one submission on its page, or many: <code>grader shadow --since 24h --sample 10%</code></p>`
    : html`<div class="tile">${summary(report, context.settings.parityNoise)}</div>
<section class="tile"><h2>Legacy × ours</h2>${verdictMatrix({
        caption: 'The legacy worker’s verdicts in rows, ours in columns',
        corner: 'legacy',
        cells: report.matrix,
        path: `/parity?since=${period}`,
      })}</section>
${listOf(report, query)}`
}
<section class="tile" id="rules"><h2>Accepted as a rule</h2>${rulesTable(accepted, visitor)}</section>`,
      };
    },
  };
}

function periodOf(text: string | null): ParityPeriod {
  return text !== null && text in parityPeriods ? (text as ParityPeriod) : '7d';
}

function periodForm(period: ParityPeriod): Html {
  const options = Object.keys(parityPeriods).map(
    (each) => html`<option ${each === period && html`selected`}>${each}</option>`,
  );
  return html`<form class="row" method="get" action="/parity" aria-label="Period"><label>Shadowed within <select name="since">${options}</select></label><button>Show</button></form>`;
}

function summary(
  { rows, compared, same, accounted, mismatches, noise, classes }: ParityReport,
  given?: number,
) {
  return html`${mismatches > 0 && act(`${mismatches} mismatch(es) to look at`, 'Explain each, or accept what it shows as a rule: open its submission below.')}
${facts([
  [
    'Shadowed',
    `${rows.length}, ${compared} comparable${rows.length >= maxGradingsRead ? '; only the latest were read' : ''}`,
  ],
  ['Same judgement', agreementText(same, compared)],
  ['With known differences', agreementText(accounted, compared)],
  ['Mismatches', mismatches],
  ['Legacy worker', noiseText(noise, given)],
  ...parityClasses.map((kind): readonly [string, Piece] => [
    classNames[kind],
    classes[kind] === 0 ? 0 : html`<a href="/parity?class=${kind}">${classes[kind]}</a>`,
  ]),
])}`;
}

/** Of one cell of the matrix, of one class, or whatever differs. */
function listOf(report: ParityReport, query: URLSearchParams): Html {
  const [from, to, kind] = [query.get('from'), query.get('to'), query.get('class')];
  const isClass = (text: string | null): text is ParityClass =>
    text !== null && (parityClasses as readonly string[]).includes(text);
  const inCell = ({ record }: ParityRow) =>
    record.theirs.status === from && newVerdictName({ newVerdict: record.ours?.verdict ?? null }) === to;
  const [title, found] =
    from !== null && to !== null
      ? [`${from} × ${to}`, report.rows.filter(inCell)]
      : isClass(kind)
        ? [classNames[kind], report.rows.filter((row) => row.class === kind)]
        : ['Differences', differencesOf(report.rows)];
  const shown = found.slice(0, rowsShown);
  return html`<section class="tile"><h2>${title}</h2>${
    found.length === 0
      ? html`<p class="well">None.</p>`
      : table(
          `${found.length} submission(s)${found.length > shown.length ? `, ${shown.length} of them shown` : ''}`,
          ['submission', 'class', 'legacy', 'ours', 'why'],
          shown.map(rowCells),
        )
  }</section>`;
}

function rowCells(row: ParityRow): readonly Piece[] {
  const { record, explanation } = row;
  const side = ({ verdict, test }: { verdict: string; test: string }) =>
    html`${verdict}${test !== '' && html`<br><span class="quiet">${test}</span>`}`;
  return [
    html`<a href="/parity/${record.submissionId}">${record.submissionId}</a><br><span class="quiet">${shortened(record.problemTitle, 80)}, ${record.language}</span>`,
    html`<span class="${isMismatch(row) && explanation === null ? 'bad' : ''}">${kindOf(row)}</span>${explanation !== null && ', explained'}`,
    side(theirSide(row)),
    side(ourSide(row)),
    html`${whyOf(row)}${explanation !== null && html`<br>${explanation.note} <span class="quiet">(${explanation.by})</span>`}`,
  ];
}

function rulesTable(accepted: readonly AcceptedRules[], visitor: Visitor): Html {
  if (accepted.length === 0) return html`<p>None but those of PARITY_RULES.</p>`;
  const isOperator = mayBe(visitor, 'operator');
  const rows = accepted.map((each) => [
    html`${each.id}`,
    describeAccepted(each),
    each.rules[0]?.reason ?? '',
    each.by,
    moment(each.at),
    html`<a href="/parity/${each.submissionId}">${each.submissionId}</a>`,
    ...(isOperator ? [withdrawForm(each.id, visitor)] : []),
  ]);
  return table(
    'Oldest first; they hold besides those of PARITY_RULES',
    ['rule', 'legacy × ours', 'why', 'by', 'at', 'seen in', ...(isOperator ? ['take back'] : [])],
    rows,
  );
}

function withdrawForm(id: string, visitor: Visitor): Html {
  return html`<form method="post" action="/actions/parity-withdraw">${formToken(visitor)}<input type="hidden" name="rule" value="${id}"><input name="why" required maxlength="500" size="10" aria-label="Why ${id} is withdrawn" placeholder="why"> <button class="plain">Withdraw</button></form>`;
}
