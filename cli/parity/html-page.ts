import { parityClasses } from '../../domain/parity/parity.js';
import type { ParityReport, ParityRow } from '../../domain/parity/parity-report.js';
import { differencesOf } from '../../domain/parity/parity-report.js';
import type { ParityTolerance } from '../../domain/parity/parity-rules.js';
import type { Proportion } from '../../domain/parity/wilson.js';
import { escapeHtml } from '../escape-html.js';
import {
  classNames,
  kindOf,
  noiseText,
  ourSide,
  percent,
  styleOf,
  theirSide,
  whyOf,
  workflowLink,
} from './describe-row.js';
import { matrixHtml } from './html-matrix.js';
import { scatterSvg } from './html-scatter.js';
import { pageStyle } from './page-style.js';
import type { PrintedReport } from './render-text.js';

/** One self-contained page: no script, no other file, no network. */
export function parityPage(printed: PrintedReport, tolerance: ParityTolerance, madeAt: Date): string {
  const { report, since, ui } = printed;
  const differences = differencesOf(report.rows);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Parity report</title>
<style>${pageStyle}</style>
</head>
<body>
<main>
<h1>Parity with the legacy worker</h1>
<p class="quiet">${report.rows.length} submissions shadowed from ${time(since)} to ${time(madeAt)} · namespace ${escapeHtml(ui.namespace)}</p>
<section class="tiles">
${tile('same judgement', 'have the same verdict, score and tests', report.same, report.compared)}
${tile('accounted for', 'have, or a rule or a note covers the difference', report.accounted, report.compared)}
<div class="card tile"><b>${report.mismatches}</b><span>mismatches to look at</span><p class="quiet">another verdict, score or test, or no verdict of ours; neither covered by a rule nor explained</p></div>
<div class="card tile"><b>${report.noise.pairs === 0 ? '–' : `${report.noise.changed} of ${report.noise.pairs}`}</b><span>legacy worker against itself</span><p class="quiet">${escapeHtml(noiseText(report.noise, printed.noiseSetting))}</p></div>
</section>
<section class="card">
<h2>Classes</h2>
${classBar(report)}
</section>
<section class="pair${isWide(report) ? ' wide' : ''}">
<div class="card"><h2>Verdicts</h2><div class="scroll">${matrixHtml(report.matrix)}</div>
<p class="quiet">Submissions by overall verdict. Blue: the same on both sides; orange: not. The stronger, the more.</p></div>
<div class="card"><h2>Time of the slowest test</h2>${scatterSvg(report.rows, tolerance)}
<p class="quiet">Round: same judgement within tolerance. Diamond: everything else, hollow where only time or memory is apart. Shaded: the tolerance, ${tolerance.timeMs} ms or a factor of ${tolerance.timeFactor}.</p></div>
</section>
<section class="card">
<h2>Differences (${differences.length})</h2>
${differencesTable(differences, ui)}
</section>
</main>
</body>
</html>
`;
}

function tile(name: string, what: string, { rate, low, high }: Proportion, of: number): string {
  if (of === 0)
    return `<div class="card tile"><b>–</b><span>${name}</span><p class="quiet">nothing to compare</p></div>`;
  const bounds = `${percent(low)} – ${percent(high)}`.replaceAll(' ', '&nbsp;');
  return `<div class="card tile"><b>${percent(rate)}</b><span>${name}</span><p class="quiet">${Math.round(rate * of)} of ${of} ${what}; 95&nbsp;% bounds ${bounds}</p></div>`;
}

function classBar({ classes }: ParityReport): string {
  const present = parityClasses.filter((kind) => classes[kind] > 0);
  const parts = present.map(
    (kind) =>
      `<i class="${kind}" style="flex:${classes[kind]}" title="${classNames[kind]}: ${classes[kind]}"></i>`,
  );
  const legend = parityClasses.map(
    (kind) => `<span><i class="${kind}"></i>${classNames[kind]} <b>${classes[kind]}</b></span>`,
  );
  return `<div class="bar">${parts.join('')}</div><div class="legend">${legend.join('\n')}</div>`;
}

function differencesTable(rows: readonly ParityRow[], ui: PrintedReport['ui']): string {
  if (rows.length === 0) return '<p class="quiet">Nothing differs.</p>';
  const body = rows.map((row) => differenceRow(row, ui)).join('\n');
  return `<div class="scroll"><table class="list"><thead><tr><th>submission</th><th>class</th><th>legacy</th><th>ours</th><th>why</th></tr></thead>
<tbody>${body}</tbody></table></div>`;
}

function differenceRow(row: ParityRow, ui: PrintedReport['ui']): string {
  const { record, explanation } = row;
  const side = ({ verdict, test }: { verdict: string; test: string }) =>
    `${escapeHtml(verdict)}${test === '' ? '' : `<small>${unbroken(escapeHtml(test))}</small>`}`;
  const note =
    explanation === null
      ? ''
      : `<div class="note">${escapeHtml(explanation.note)}<small>${escapeHtml(explanation.by)}, ${time(new Date(explanation.at))}</small></div>`;
  const about = [record.problemTitle, record.language, record.gradingMode === 'function' ? 'function' : '']
    .filter((text) => text !== '')
    .join(' · ');
  return `<tr${explanation === null ? '' : ' class="explained"'}>
<td><a href="${escapeHtml(workflowLink(ui, row))}">#${record.submissionId}</a><small>${escapeHtml(about)}</small></td>
<td><span class="kind ${styleOf(row)}">${kindOf(row)}</span>${explanation === null ? '' : '<small>explained</small>'}</td>
<td>${side(theirSide(row))}</td>
<td>${side(ourSide(row))}</td>
<td>${escapeHtml(whyOf(row))}${note}</td>
</tr>`;
}

/** A matrix of many verdicts needs the whole width. */
function isWide({ matrix }: ParityReport): boolean {
  return new Set(matrix.map(({ to }) => to)).size > 6;
}

/** A number stays with its unit. */
function unbroken(html: string): string {
  return html.replace(/ (ms|KB)\b/g, '&nbsp;$1');
}

function time(moment: Date): string {
  return `${moment.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
