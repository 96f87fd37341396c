import type { Criterion } from './criterion.js';
import type { ProcessRun, ProcessSample } from './process-sample.js';
import { seriesOf } from './process-sample.js';
import { typicalSlope } from './slope.js';

const hourMs = 3_600_000;
/** A shorter period says nothing about a day. */
const minSeenMs = 45 * 60_000;
/** Caches fill and code is compiled at the start of a process. */
const warmUpMs = 15 * 60_000;
const maxGrowthShare = 0.02;
const minGrowthBytes = 2 * 2 ** 20;

/** A run with less of it after its warm-up has no slope worth the name. */
const minRunMs = 10 * 60_000;

/** Judges each process over its restarts: how its runs grow after their warm-up, the longer ones counting more. */
export function memory(runs: readonly ProcessRun[]): Criterion {
  const measured = seriesOf(runs).flatMap(({ name, runs: own }) => {
    const grown = own.flatMap(growthOf);
    const seenMs = grown.reduce((sum, { forMs }) => sum + forMs, 0);
    if (seenMs < minSeenMs) return [];
    const slope = grown.reduce((sum, each) => sum + each.slope * each.forMs, 0) / seenMs;
    return [{ name, slope, mean: meanBytes(grown.flatMap(({ warm }) => warm)) }];
  });
  const growing = measured.filter(
    ({ slope, mean }) => slope > Math.max(minGrowthBytes, maxGrowthShare * mean),
  );
  const figures = measured.map(
    ({ name, slope, mean }) =>
      `${name}: ${megabytes(mean)} MB, ${slope < 0 ? '−' : '+'}${megabytes(Math.abs(slope))} MB an hour`,
  );
  return {
    name: 'memory',
    title: 'Memory stable',
    rule: 'no process grows by more than 2 % (or 2 MB) an hour, the 15 minutes after each start aside; at least 45 minutes of samples besides',
    result: growing.length > 0 ? 'FAIL' : measured.length === 0 ? 'NOT ENOUGH DATA' : 'PASS',
    figures: figures.length > 0 ? figures.join('; ') : `${runs.length} processes seen, none for long enough`,
    ...(growing.length > 0 && {
      next: 'restart what grows (no submission is lost), and report it with the plot of the web console’s page Criteria',
    }),
  };
}

function growthOf({ samples }: ProcessRun) {
  const warm = samples.filter(({ at, startedAt }) => at - startedAt >= warmUpMs);
  const slope = typicalSlope(warm.map(({ at, residentBytes }) => ({ x: at / hourMs, y: residentBytes })));
  const forMs = spanMs(warm);
  return slope === undefined || forMs < minRunMs ? [] : [{ slope, forMs, warm }];
}

const busyAbove = 0.9;
const maxBusyShare = 0.5;

/** Judges the machine. A busy one costs time, not verdicts: waits for a core do not count. */
export function cpu(runs: readonly ProcessRun[]): Criterion {
  const intervals = [...machineUse(runs).values()].flat();
  const allMs = Math.max(1, totalMs(intervals));
  const busy = totalMs(intervals.filter(({ use }) => use > busyAbove)) / allMs;
  const seenMs = Math.max(0, ...runs.map(({ samples }) => spanMs(samples)));
  const isTooShort = seenMs < minSeenMs;
  const isBad = !isTooShort && busy > maxBusyShare;
  const mean = intervals.reduce((sum, { use, forMs }) => sum + use * forMs, 0) / allMs;
  const own = runs.filter(({ samples }) => spanMs(samples) > 0).map((run) => `${run.name} ${ownCores(run)}`);
  return {
    name: 'cpu',
    title: 'Processor not overloaded',
    rule: 'the machine is over 90 % busy for at most half of the time; at least 45 minutes of samples',
    result: isBad ? 'FAIL' : isTooShort ? 'NOT ENOUGH DATA' : 'PASS',
    figures: `machine ${percent(mean)} busy on average, over 90 % for ${percent(busy)} of the time; ${own.join(', ') || 'no process seen for long enough'}`,
    ...(isBad && { next: 'add hosts or cores, see docs/scaling.md' }),
  };
}

/** How busy a machine was, 0 to 1, in the `forMs` milliseconds up to `at`. */
export interface MachineUse {
  readonly at: number;
  readonly forMs: number;
  readonly use: number;
}

/** After a gap this long, nobody knows when within it the machine was busy. */
const maxGapMs = 5 * 60_000;
const minStepMs = 2000;

/**
 * Groups samples by host. The totals belong to the machine, so all its processes make one line, and a restart of one
 * process does not end it.
 */
export function machineUse(runs: readonly ProcessRun[]): ReadonlyMap<string, readonly MachineUse[]> {
  const byHost = new Map<string, ProcessSample[]>();
  for (const sample of runs.flatMap(({ samples }) => samples)) {
    const own = byHost.get(sample.host);
    if (own === undefined) byHost.set(sample.host, [sample]);
    else own.push(sample);
  }
  return new Map([...byHost].map(([host, samples]) => [host, usesOf(samples)]));
}

function usesOf(samples: readonly ProcessSample[]): MachineUse[] {
  const uses: MachineUse[] = [];
  let before: ProcessSample | undefined;
  for (const sample of samples.toSorted((a, b) => a.at - b.at)) {
    const sinceMs = before === undefined ? Number.POSITIVE_INFINITY : sample.at - before.at;
    // Two samples at nearly the same time say nothing about the time between them.
    if (sinceMs < minStepMs) continue;
    const all = sample.machine.allSeconds - (before?.machine.allSeconds ?? 0);
    const busy = sample.machine.busySeconds - (before?.machine.busySeconds ?? 0);
    // A smaller total than before: the machine rebooted.
    if (sinceMs <= maxGapMs && all > 0) uses.push({ at: sample.at, forMs: sinceMs, use: busy / all });
    before = sample;
  }
  return uses;
}

function totalMs(uses: readonly MachineUse[]): number {
  return uses.reduce((sum, { forMs }) => sum + forMs, 0);
}

function ownCores({ samples }: ProcessRun): string {
  const [first] = samples;
  const last = samples.at(-1);
  if (first === undefined || last === undefined) return '';
  const cores = (last.cpuSeconds - first.cpuSeconds) / ((last.at - first.at) / 1000);
  return `${cores.toFixed(2)} cores`;
}

function spanMs(samples: readonly ProcessSample[]): number {
  return (samples.at(-1)?.at ?? 0) - (samples[0]?.at ?? 0);
}

function meanBytes(samples: readonly ProcessSample[]): number {
  return samples.reduce((sum, { residentBytes }) => sum + residentBytes, 0) / Math.max(1, samples.length);
}

function megabytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(1);
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(2))} %`;
}
