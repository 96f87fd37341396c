import { escapeHtml } from '../escape-html.js';

/** One line of a plot: points in order of x, which is ms since the epoch. */
export interface PlotLine {
  readonly name: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

export interface Plot {
  readonly title: string;
  readonly unit: string;
  readonly from: number;
  readonly to: number;
  readonly lines: readonly PlotLine[];
}

const width = 720;
const height = 220;
const margin = { left: 64, right: 16, top: 12, bottom: 28 };
const colours = ['#1f6feb', '#d1480b', '#1a7f37', '#8250df', '#9a6700', '#bf3989'];
/** More points than pixels would only make the file larger. */
const mostPoints = 700;

/** A plot over time as SVG, with legend; fetches nothing and runs no script. */
export function renderPlot(plot: Plot): string {
  const { title, unit, from, to } = plot;
  const lines = plot.lines.filter(({ points }) => points.length > 0);
  if (lines.length === 0) return `<h3>${escapeHtml(title)}</h3><p class="empty">no samples</p>`;
  const top = roundUp(Math.max(...lines.flatMap(({ points }) => points.map(({ y }) => y))));
  const x = (value: number) =>
    margin.left + ((value - from) / Math.max(1, to - from)) * (width - margin.left - margin.right);
  const y = (value: number) => height - margin.bottom - (value / top) * (height - margin.top - margin.bottom);
  const grid = [0, 0.25, 0.5, 0.75, 1].map((share) => gridLine(y(share * top), share * top));
  const times = [0, 0.25, 0.5, 0.75, 1].map((share) => timeMark(x, from + share * (to - from), to - from));
  const paths = lines.map(({ points }, index) => {
    const path = thinned(points).map((point) => `${x(point.x).toFixed(1)},${y(point.y).toFixed(1)}`);
    return `<polyline fill="none" stroke="${colourOf(index)}" stroke-width="1.5" points="${path.join(' ')}"/>`;
  });
  const legend = lines.map(
    ({ name }, index) => `<span><i style="background:${colourOf(index)}"></i>${escapeHtml(name)}</span>`,
  );
  return `<h3>${escapeHtml(title)} <small>${escapeHtml(unit)}</small></h3>
<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeHtml(title)}">
${[...grid, ...times, ...paths].join('\n')}
</svg>
<p class="legend">${legend.join(' ')}</p>`;
}

function gridLine(at: number, value: number): string {
  return `<line x1="${margin.left}" x2="${width - margin.right}" y1="${at}" y2="${at}" class="grid"/><text x="${margin.left - 8}" y="${at + 4}" text-anchor="end">${Number(value.toPrecision(3))}</text>`;
}

function timeMark(x: (value: number) => number, at: number, span: number): string {
  const text = new Date(at).toISOString();
  const label = span > 2 * 86_400_000 ? text.slice(5, 10) : text.slice(11, 16);
  return `<text x="${x(at).toFixed(0)}" y="${height - 8}" text-anchor="middle">${label}</text>`;
}

function colourOf(index: number): string {
  return colours[index % colours.length] ?? '#000';
}

function thinned<Point>(points: readonly Point[]): readonly Point[] {
  const step = Math.ceil(points.length / mostPoints);
  return step <= 1 ? points : points.filter((_, index) => index % step === 0);
}

/** Readers see less as 0, and powers of ten end somewhere. */
const smallest = 1e-6;

/** The next 1, 2, 2.5 or 5 times a power of ten. */
function roundUp(value: number): number {
  if (value <= smallest) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 2.5, 5, 10].find((factor) => factor * power >= value) ?? 10) * power;
}
