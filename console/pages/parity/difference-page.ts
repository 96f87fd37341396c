import type { CommandContext } from '../../../cli/context.js';
import { kindOf, ourSide, theirSide, whyOf } from '../../../cli/parity/describe-row.js';
import { workflowLink } from '../../../cli/workflow-link.js';
import { describeRule, rulesCovering } from '../../../domain/parity/accepted-rules.js';
import type { ParityRow } from '../../../domain/parity/parity-report.js';
import type { PackedTest } from '../../../domain/parity/shadow-record.js';
import { ConditionError } from '../../../platform/terminal/condition-error.js';
import type { Visitor } from '../../access/visitor.js';
import { mayBe } from '../../access/visitor.js';
import type { Html, Piece } from '../../html/html.js';
import { html } from '../../html/html.js';
import { facts, moment, table, uiLink, verdict } from '../../html/pieces.js';
import { formToken } from '../../layout.js';
import type { PageRoute } from '../../routes.js';
import type { ParityDesk } from './parity-desk.js';

/** One submission as both sides judged it, test by test, and what can be said about that. */
export function differencePage({ settings }: CommandContext, desk: ParityDesk): PageRoute {
  return {
    path: '/parity/:id',
    needs: 'guest',
    read: async ({ visitor, parameters }) => {
      const { report } = await desk.read('30d');
      const row = report.rows.find(({ record }) => String(record.submissionId) === parameters.id);
      if (row === undefined) {
        throw new ConditionError(
          'It was not shadowed within 30 days, or its grading still runs: then load this page again.',
        );
      }
      const { record, explanation, workflowId, runId, at } = row;
      const id = record.submissionId;
      const link = workflowLink(settings.temporal, workflowId, runId);
      return {
        title: `Submission ${id}: legacy × ours`,
        body: html`<div class="tile">${facts([
          ['Compared', html`${kindOf(row)}${explanation !== null && ', explained'}`],
          ['Why', whyOf(row)],
          ['Legacy', theirSide(row).verdict],
          ['Ours', ourSide(row).verdict],
          ['Problem', html`${record.problemTitle}, ${record.gradingMode}, ${record.language}`],
          [
            'Limits',
            record.limits === null ? '–' : `${record.limits.timeMs} ms, ${record.limits.memoryKb} KB`,
          ],
          ['Compared at', html`${moment(at)} (${uiLink(link, 'workflow')})`],
          ['Submission', html`<a href="/submissions/${id}">${id}</a>`],
          ...(explanation === null
            ? []
            : [['Explained', `${explanation.note} (${explanation.by})`] as const]),
        ])}</div>
<section class="tile"><h2>Tests</h2>${testsTable(record.tests, record.testsTotal)}</section>
${mayBe(visitor, 'operator') && actions(row, visitor)}`,
      };
    },
  };
}

function testsTable(tests: readonly PackedTest[], total: number): Html {
  if (tests.length === 0) return html`<p>No test was run on either side.</p>`;
  const number = (name: string) => ({ name, isNumber: true });
  const rows = tests.map(([id, theirs, ours, theirMs, ourMs, theirKb, ourKb]): readonly Piece[] => [
    html`${id}${theirs !== ours && html` <strong>differs</strong>`}`,
    theirs === null ? 'no row' : verdict(theirs),
    ours === null ? 'not run' : verdict(ours),
    theirMs ?? '–',
    ourMs ?? '–',
    theirKb ?? '–',
    ourKb ?? '–',
  ]);
  return table(
    tests.length < total
      ? `${tests.length} of ${total}, those that differ first`
      : 'Both sides, test by test',
    [
      'test',
      'legacy',
      'ours',
      number('legacy, ms'),
      number('ours, ms'),
      number('legacy, KB'),
      number('ours, KB'),
    ],
    rows,
  );
}

function actions(row: ParityRow, visitor: Visitor): Html | undefined {
  if (row.class === 'equal' || row.class === 'within-tolerance') return undefined;
  const id = row.record.submissionId;
  const rules = rulesCovering(row, '');
  const form = (action: string, label: string, button: string, most: number) =>
    html`<form class="row" method="post" action="/actions/${action}">${formToken(visitor)}<input type="hidden" name="id" value="${id}"><label>${label} <input name="why" required maxlength="${most}"></label><button>${button}</button></form>`;
  return html`<section class="tile"><h2>Say what it is</h2>
${form('parity-explain', 'Why this one differs', 'Explain', 500)}
${
  rules !== undefined &&
  html`<p>As a rule, it would cover all that differ alike: ${rules.map((rule, index) => html`${index > 0 && '; '}<strong>${describeRule(rule)}</strong>`)}.</p>
${form('parity-accept', 'Why such differences are accepted', 'Accept as a rule', 200)}`
}</section>`;
}
