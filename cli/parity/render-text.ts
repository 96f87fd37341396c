import { parityClasses } from '../../domain/parity/parity.js';
import type { ParityReport, ParityRow } from '../../domain/parity/parity-report.js';
import { differencesOf } from '../../domain/parity/parity-report.js';
import { cleanLine } from '../../platform/terminal/clean-text.js';
import type { Answer } from '../../platform/terminal/json-answer.js';
import type { parityAnswer } from '../answers/set-answers.js';
import { renderVerdictMatrix } from '../verdict-matrix.js';
import {
  agreementText,
  classNames,
  kindOf,
  noiseText,
  ourSide,
  theirSide,
  whyOf,
  workflowLink,
} from './describe-row.js';

export interface PrintedReport {
  readonly report: ParityReport;
  readonly since: Date;
  readonly ui: { readonly url: string; readonly namespace: string };
  /** 0–1; undefined: as measured. */
  readonly noiseSetting: number | undefined;
}

/** The report for a terminal. */
export function renderParity(printed: PrintedReport, maxListed: number): string {
  const { report, since } = printed;
  const { rows, compared } = report;
  if (rows.length === 0) {
    return `Nothing was shadowed since ${minute(since)}. Make some: grader shadow --since 24h --sample 10%, or set SHADOW_SHARE.`;
  }
  const differences = differencesOf(rows);
  const listed = differences.slice(0, maxListed);
  return [
    `${rows.length} submissions shadowed since ${minute(since)}, ${compared} comparable`,
    `  same judgement    ${agreementText(report.same, compared)}`,
    `  with known ones   ${agreementText(report.accounted, compared)}`,
    `  mismatches        ${report.mismatches} neither covered by a rule nor explained`,
    `  legacy worker        ${noiseText(report.noise, printed.noiseSetting)}`,
    `  ${classCounts(report)}`,
    '',
    renderVerdictMatrix(report.matrix, 'legacy ↓ ours →'),
    ...(differences.length === 0
      ? ['Nothing differs.']
      : ['', ...listed.flatMap((row) => lines(row, printed))]),
    ...(differences.length > listed.length
      ? [`${differences.length - listed.length} more; see --limit, --json and --html`]
      : []),
  ].join('\n');
}

export function parityAsJson({ report, since, ui }: PrintedReport): Answer<typeof parityAnswer> {
  const { rows, ...counts } = report;
  return {
    since,
    ...counts,
    submissions: rows.map((row) => ({ ...row, link: workflowLink(ui, row) })),
  };
}

function classCounts({ classes }: ParityReport): string {
  return parityClasses.map((kind) => `${classes[kind]} ${classNames[kind]}`).join(' · ');
}

/** Beyond this a table would be wider than a terminal. */
function lines(row: ParityRow, { ui }: PrintedReport): string[] {
  const { record, explanation } = row;
  const side = (name: string, { verdict, test }: { verdict: string; test: string }) =>
    `    ${name.padEnd(7)} ${verdict}${test === '' ? '' : ` · ${test}`}`;
  const why = whyOf(row);
  return [
    `  #${record.submissionId} ${kindOf(row)}${explanation === null ? '' : ' (explained)'}${why === '' ? '' : ` — ${why}`}`,
    side('legacy', theirSide(row)),
    side('ours', ourSide(row)),
    ...(explanation === null
      ? []
      : [`    note    ${cleanLine(explanation.note)} (${cleanLine(explanation.by)})`]),
    `    ${workflowLink(ui, row)}`,
  ];
}

function minute(moment: Date): string {
  return `${moment.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
