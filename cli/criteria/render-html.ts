import type { Criterion, Evidence } from '../../domain/criteria/criterion.js';
import { overallResult } from '../../domain/criteria/criterion.js';
import { machineUse } from '../../domain/criteria/process-criteria.js';
import type { ProcessRun, ProcessSample } from '../../domain/criteria/process-sample.js';
import { runsOf, seriesOf } from '../../domain/criteria/process-sample.js';
import { escapeHtml } from '../escape-html.js';
import type { PlotLine } from './plot.js';
import { renderPlot } from './plot.js';

/** The report as one file without scripts or downloads, to mail and keep. */
export function renderCriteriaHtml(criteria: readonly Criterion[], evidence: Evidence): string {
  const overall = overallResult(criteria);
  const period = `${evidence.since.toISOString().slice(0, 16)}Z to ${evidence.until.toISOString().slice(0, 16)}Z`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Success criteria: ${overall}</title>
<style>${style}</style>
</head>
<body>
<h1>Success criteria <b class="${classOf(overall)}">${overall}</b></h1>
<p>${period}, ${evidence.samples.length} samples</p>
<table>
<thead><tr><th>Result</th><th>Criterion</th><th>Measured</th><th>It takes</th></tr></thead>
<tbody>
${criteria.map(row).join('\n')}
</tbody>
</table>
${verdictTable(evidence)}
${plots(evidence).join('\n')}
</body>
</html>
`;
}

function row({ result, title, figures, rule, next }: Criterion): string {
  const then = next === undefined ? '' : `<br><code>${escapeHtml(next)}</code>`;
  return `<tr><td><b class="${classOf(result)}">${result}</b></td><td>${escapeHtml(title)}</td><td>${escapeHtml(figures)}${then}</td><td>${escapeHtml(rule)}</td></tr>`;
}

function verdictTable({ submissions }: Evidence): string {
  const rows = Object.entries(submissions.byStatus)
    .sort(([, a], [, b]) => b - a)
    .map(([status, count]) => `<tr><td>${escapeHtml(status)}</td><td>${count}</td></tr>`);
  if (rows.length === 0) return '';
  return `<h2>Submissions handed in</h2>\n<table class="narrow"><tbody>${rows.join('')}</tbody></table>`;
}

function plots({ samples, since, until }: Evidence): string[] {
  // A restart does not begin another line.
  const runs = seriesOf(runsOf(samples)).map(({ name, runs: own }) => ({
    name,
    samples: own.flatMap((run) => run.samples),
  }));
  const workers = runs.filter(({ samples: own }) => own.some(({ worker }) => worker !== undefined));
  const first = Math.min(until.getTime(), ...samples.map(({ at }) => at));
  const plot = (title: string, unit: string, lines: readonly PlotLine[]) =>
    // A long time before the first sample would squeeze the plot to a line.
    renderPlot({ title, unit, from: Math.max(since.getTime(), first), to: until.getTime(), lines });
  return [
    '<h2>Over time</h2>',
    plot(
      'Resident memory',
      'MB',
      linesOf(runs, ({ residentBytes }) => residentBytes / 2 ** 20),
    ),
    plot('Processor of the machine', '% busy', machineLines(runs)),
    plot(
      'Processor of the processes',
      'cores',
      rates(runs, ({ cpuSeconds }) => cpuSeconds, 1),
    ),
    plot(
      'Verdicts',
      'a minute',
      rates(workers, ({ worker }) => worker?.verdicts ?? 0, 60),
    ),
    plot('Containers', '', [
      ...linesOf(workers, ({ worker }) => worker?.pool.leased ?? 0, 'leased, '),
      ...linesOf(workers, ({ worker }) => worker?.pool.size ?? 0, 'size, '),
      ...linesOf(workers, ({ worker }) => worker?.waitingToRun ?? 0, 'waiting for a core, '),
    ]),
    plot(
      'Failed POSTs to the backend',
      'a minute',
      rates(workers, ({ worker }) => worker?.posts.failed ?? 0, 60),
    ),
  ];
}

function linesOf(
  runs: readonly ProcessRun[],
  value: (sample: ProcessSample) => number,
  prefix = '',
): PlotLine[] {
  return runs.map(({ name, samples }) => ({
    name: `${prefix}${name}`,
    points: samples.map((sample) => ({ x: sample.at, y: value(sample) })),
  }));
}

/** How fast a total grows, `per` seconds at a time. */
function rates(
  runs: readonly ProcessRun[],
  total: (sample: ProcessSample) => number,
  per: number,
): PlotLine[] {
  return runs.map(({ name, samples }) => ({
    name,
    points: samples.flatMap((sample, index) => {
      const before = samples[index - 1];
      if (before === undefined || sample.at === before.at) return [];
      const seconds = (sample.at - before.at) / 1000;
      return [{ x: sample.at, y: Math.max(0, (per * (total(sample) - total(before))) / seconds) }];
    }),
  }));
}

function machineLines(runs: readonly ProcessRun[]): PlotLine[] {
  return [...machineUse(runs)].map(([host, uses]) => ({
    name: host,
    points: uses.map(({ at, use }) => ({ x: at, y: use * 100 })),
  }));
}

function classOf(result: string): string {
  return result.toLowerCase().replaceAll(' ', '-');
}

const style = `
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem; color: #1f2328; }
h1 b { font-size: 1rem; vertical-align: middle; }
table { border-collapse: collapse; width: 100%; }
table.narrow { width: auto; }
th, td { text-align: left; vertical-align: top; border-bottom: 1px solid #d0d7de; padding: .4rem .75rem .4rem 0; }
td:first-child { white-space: nowrap; }
td:last-child { color: #59636e; }
.pass, .fail, .not-enough-data { border-radius: .25rem; padding: .1rem .4rem; color: #fff; font-size: .8rem; }
.pass { background: #1a7f37; } .fail { background: #cf222e; } .not-enough-data { background: #9a6700; }
svg { width: 100%; max-width: 60rem; } svg text { font-size: 11px; fill: #59636e; } .grid { stroke: #eaeef2; }
h3 { margin: 1.5rem 0 0; } h3 small, .empty { color: #59636e; font-weight: normal; }
.legend { margin: 0; font-size: .85rem; } .legend span { margin-right: 1rem; } .legend i { display: inline-block; width: 1rem; height: .2rem; margin-right: .35rem; vertical-align: middle; }
`;
