import type { Evidence } from './criterion.js';
import { machineUse } from './process-criteria.js';
import type { ProcessRun, ProcessSample } from './process-sample.js';
import { runsOf, seriesOf } from './process-sample.js';

/** Figures over time, all at the same moments: what a plot draws, and a table lists. */
export interface History {
  readonly title: string;
  readonly unit: string;
  /** Ends of the steps, ms since the epoch. */
  readonly times: readonly number[];
  readonly lines: readonly HistoryLine[];
}

export interface HistoryLine {
  readonly name: string;
  /** The mean of a step; null where nothing was measured. */
  readonly values: readonly (number | null)[];
}

interface Point {
  readonly at: number;
  readonly value: number;
}

interface Line {
  readonly name: string;
  readonly points: readonly Point[];
}

/** More would be no clearer on a screen, and too long for a table. */
const maxSteps = 96;
const minStepMs = 60_000;
/** Of hosts and processes; more lines than this tell nothing apart. */
const maxLines = 12;

/** How the processes and machines of the samples did; without a sample there is none. */
export function processHistories({
  samples,
  since,
  until,
}: Pick<Evidence, 'samples' | 'since' | 'until'>): readonly History[] {
  if (samples.length === 0) return [];
  // A restart does not begin another line.
  const runs = seriesOf(runsOf(samples)).map(({ name, runs: own }) => ({
    name,
    samples: own.flatMap((run) => run.samples),
  }));
  const workers = runs.filter(({ samples: own }) => own.some(({ worker }) => worker !== undefined));
  // A long time before the first sample would squeeze the plot to a line.
  const from = Math.max(since.getTime(), Math.min(...samples.map(({ at }) => at)));
  const history = (title: string, unit: string, lines: readonly Line[]) =>
    inSteps(title, unit, lines, from, until.getTime());
  return [
    history(
      'Resident memory',
      'MB',
      gauges(runs, ({ residentBytes }) => residentBytes / 2 ** 20),
    ),
    history(
      'Processor of the machine',
      '% busy',
      [...machineUse(runs)].map(([name, uses]) => ({
        name,
        points: uses.map(({ at, use }) => ({ at, value: use * 100 })),
      })),
    ),
    history(
      'Processor of the processes',
      'cores',
      rates(runs, ({ cpuSeconds }) => cpuSeconds, 1),
    ),
    history(
      'Verdicts',
      'a minute',
      rates(workers, ({ worker }) => worker?.verdicts ?? 0, 60),
    ),
    history('Containers', 'containers', [
      ...gauges(workers, ({ worker }) => worker?.pool.leased ?? 0, 'leased, '),
      ...gauges(workers, ({ worker }) => worker?.pool.size ?? 0, 'size, '),
      ...gauges(workers, ({ worker }) => worker?.waitingToRun ?? 0, 'waiting for a core, '),
    ]),
    history(
      'Failed POSTs to the backend',
      'a minute',
      rates(workers, ({ worker }) => worker?.posts.failed ?? 0, 60),
    ),
  ];
}

/** Steps of a plot from then until then, ms. */
export function stepOf(fromMs: number, untilMs: number): number {
  return Math.max(minStepMs, Math.ceil((untilMs - fromMs) / maxSteps / minStepMs) * minStepMs);
}

/** The mean of each step: lines that were measured at other moments lie over each other. */
export function inSteps(
  title: string,
  unit: string,
  lines: readonly Line[],
  fromMs: number,
  untilMs: number,
): History {
  const step = stepOf(fromMs, untilMs);
  const count = Math.max(1, Math.ceil((untilMs - fromMs) / step));
  const times = Array.from({ length: count }, (_, index) => fromMs + (index + 1) * step);
  return {
    title,
    unit,
    times,
    lines: lines.slice(0, maxLines).map(({ name, points }) => {
      const sums = times.map(() => ({ sum: 0, count: 0 }));
      for (const { at, value } of points) {
        const into = sums[Math.min(count - 1, Math.max(0, Math.floor((at - fromMs) / step)))];
        if (into === undefined) continue;
        into.sum += value;
        into.count += 1;
      }
      return { name, values: sums.map((each) => (each.count === 0 ? null : each.sum / each.count)) };
    }),
  };
}

function gauges(
  runs: readonly ProcessRun[],
  value: (sample: ProcessSample) => number,
  prefix = '',
): readonly Line[] {
  return runs.map(({ name, samples }) => ({
    name: `${prefix}${name}`,
    points: samples.map((sample) => ({ at: sample.at, value: value(sample) })),
  }));
}

/** How fast a total grows, `per` seconds at a time. */
function rates(
  runs: readonly ProcessRun[],
  total: (sample: ProcessSample) => number,
  per: number,
): readonly Line[] {
  return runs.map(({ name, samples }) => ({
    name,
    points: samples.flatMap((sample, index) => {
      const before = samples[index - 1];
      if (before === undefined || sample.at === before.at) return [];
      const seconds = (sample.at - before.at) / 1000;
      return [{ at: sample.at, value: Math.max(0, (per * (total(sample) - total(before))) / seconds) }];
    }),
  }));
}
