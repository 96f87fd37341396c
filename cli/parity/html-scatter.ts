import type { ParityRow } from '../../domain/parity/parity-report.js';
import type { ParityTolerance } from '../../domain/parity/parity-rules.js';
import type { PackedTest } from '../../domain/parity/shadow-record.js';
import { escapeHtml } from '../escape-html.js';
import { kindOf, styleOf } from './describe-row.js';

const size = { width: 560, height: 470, left: 58, right: 14, top: 12, bottom: 50 };
const minMs = 1;

/** Time of each submission's slowest test, legacy × ours, on logarithmic axes; the band is the tolerance. */
export function scatterSvg(rows: readonly ParityRow[], tolerance: ParityTolerance): string {
  const points = rows.flatMap((row) => {
    const test = slowest(row.record.tests);
    return test === undefined ? [] : [{ row, theirs: test[3] ?? 0, ours: test[4] ?? 0 }];
  });
  if (points.length === 0) return '<p class="quiet">No test has a time on both sides.</p>';
  const decades = Math.max(
    2,
    Math.ceil(Math.log10(Math.max(...points.flatMap(({ theirs, ours }) => [theirs, ours])) * 1.05)),
  );
  const scale = scales(decades);
  // Draws agreeing points first, so they never hide a difference.
  const drawn = points.sort((a, b) => Number(isCalm(b.row)) - Number(isCalm(a.row)));
  return `<svg viewBox="0 0 ${size.width} ${size.height}" role="img" aria-label="Time of the slowest test, legacy by ours">
${gridSvg(decades, scale)}
<path class="band" d="${bandPath(decades, scale, tolerance)}"/>
<line class="diagonal" x1="${scale.x(minMs)}" y1="${scale.y(minMs)}" x2="${scale.x(10 ** decades)}" y2="${scale.y(10 ** decades)}"/>
${limitSvg(rows, decades, scale)}
${drawn.map(({ row, theirs, ours }) => pointSvg(row, theirs, ours, scale)).join('\n')}
<text class="axis" x="${(size.left + size.width - size.right) / 2}" y="${size.height - 8}" text-anchor="middle">legacy, ms</text>
<text class="axis" transform="translate(14 ${(size.top + size.height - size.bottom) / 2}) rotate(-90)" text-anchor="middle">ours, ms</text>
</svg>`;
}

interface Scale {
  readonly x: (ms: number) => number;
  readonly y: (ms: number) => number;
}

function scales(decades: number): Scale {
  const part = (ms: number) => Math.min(1, Math.max(0, Math.log10(Math.max(ms, minMs)) / decades));
  const width = size.width - size.left - size.right;
  const height = size.height - size.top - size.bottom;
  return {
    x: (ms) => round(size.left + part(ms) * width),
    y: (ms) => round(size.height - size.bottom - part(ms) * height),
  };
}

function gridSvg(decades: number, { x, y }: Scale): string {
  const steps = Array.from({ length: decades + 1 }, (_, power) => 10 ** power);
  return steps
    .map(
      (
        ms,
      ) => `<line class="grid" x1="${x(ms)}" y1="${size.top}" x2="${x(ms)}" y2="${size.height - size.bottom}"/>
<line class="grid" x1="${size.left}" y1="${y(ms)}" x2="${size.width - size.right}" y2="${y(ms)}"/>
<text class="tick" x="${x(ms)}" y="${size.height - size.bottom + 17}" text-anchor="middle">${label(ms)}</text>
<text class="tick" x="${size.left - 8}" y="${y(ms) + 4}" text-anchor="end">${label(ms)}</text>`,
    )
    .join('\n');
}

/** Where a difference is below either bound. */
function bandPath(decades: number, { x, y }: Scale, { timeMs, timeFactor }: ParityTolerance): string {
  const along = Array.from({ length: decades * 12 + 1 }, (_, step) => 10 ** (step / 12));
  const upper = along.map((ms) => `${x(ms)},${y(Math.max(ms + timeMs, ms * timeFactor))}`);
  const lower = along.map((ms) => `${x(ms)},${y(Math.min(ms - timeMs, ms / timeFactor))}`);
  return `M${upper.join('L')}L${lower.reverse().join('L')}Z`;
}

/** Only if all have the same limit: many lines would say nothing. */
function limitSvg(rows: readonly ParityRow[], decades: number, { x, y }: Scale): string {
  const limits = new Set(rows.flatMap(({ record }) => record.limits?.timeMs ?? []));
  const [limit] = limits;
  if (limit === undefined || limits.size > 1 || limit >= 10 ** decades) return '';
  return `<line class="limit" x1="${x(limit)}" y1="${size.top}" x2="${x(limit)}" y2="${size.height - size.bottom}"/>
<line class="limit" x1="${size.left}" y1="${y(limit)}" x2="${size.width - size.right}" y2="${y(limit)}"/>
<text class="tick" x="${size.left + 6}" y="${y(limit) - 5}">time limit ${limit} ms</text>`;
}

function pointSvg(row: ParityRow, theirs: number, ours: number, { x, y }: Scale): string {
  const title = `<title>${escapeHtml(`#${row.record.submissionId} ${row.record.problemTitle}: ${kindOf(row)}, ${theirs} × ${ours} ms`)}</title>`;
  const at = `${x(theirs)} ${y(ours)}`;
  // A shape too, because not everybody sees colours.
  return isCalm(row)
    ? `<circle class="point ${row.class}" cx="${x(theirs)}" cy="${y(ours)}" r="4.5">${title}</circle>`
    : `<path class="point ${styleOf(row)}" d="M0 -7L7 0L0 7L-7 0Z" transform="translate(${at})">${title}</path>`;
}

function isCalm(row: ParityRow): boolean {
  return row.class === 'equal' || row.class === 'within-tolerance';
}

function slowest(tests: readonly PackedTest[]): PackedTest | undefined {
  return tests
    .filter(([, , , theirs, ours]) => theirs !== null && theirs > 0 && ours !== null)
    .reduce<PackedTest | undefined>(
      (most, test) => (most === undefined || cost(test) > cost(most) ? test : most),
      undefined,
    );
}

function cost([, , , theirs, ours]: PackedTest): number {
  return Math.max(theirs ?? 0, ours ?? 0);
}

function label(ms: number): string {
  return ms < 1000 ? String(ms) : `${ms / 1000} s`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
