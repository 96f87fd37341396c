import type { Criterion } from './criterion.js';
import type { ProcessRun, ProcessSample } from './process-sample.js';
import { typicalSlope } from './slope.js';

const hourMs = 3_600_000;
/** Samples of less time say nothing about a day. */
const shortestMs = 45 * 60_000;
/** Caches fill and code is compiled at the start of a process. */
const warmUpMs = 15 * 60_000;
const growthAtMostShare = 0.02;
const growthAtLeastBytes = 2 * 2 ** 20;

/** Each run of a process is looked at on its own, after its warm-up. */
export function memory(runs: readonly ProcessRun[]): Criterion {
  const measured = runs.flatMap(({ name, samples }) => {
    const warm = samples.filter(({ at, startedAt }) => at - startedAt >= warmUpMs);
    const slope = typicalSlope(warm.map(({ at, residentBytes }) => ({ x: at / hourMs, y: residentBytes })));
    return slope === undefined || spanMs(warm) < shortestMs ? [] : [{ name, slope, mean: meanBytes(warm) }];
  });
  const growing = measured.filter(
    ({ slope, mean }) => slope > Math.max(growthAtLeastBytes, growthAtMostShare * mean),
  );
  const figures = measured.map(
    ({ name, slope, mean }) =>
      `${name}: ${megabytes(mean)} MB, ${slope < 0 ? '−' : '+'}${megabytes(Math.abs(slope))} MB an hour`,
  );
  return {
    name: 'memory',
    title: 'Memory stable',
    rule: 'no process grows by more than 2 % (or 2 MB) an hour, its first 15 minutes aside; at least 45 minutes of samples after them',
    result: growing.length > 0 ? 'FAIL' : measured.length === 0 ? 'NOT ENOUGH DATA' : 'PASS',
    figures: figures.length > 0 ? figures.join('; ') : `${runs.length} processes seen, none for long enough`,
    ...(growing.length > 0 && {
      next: 'restart what grows (no submission is lost), and report it with the plot of --html',
    }),
  };
}

const busyAbove = 0.9;
const busyAtMostShare = 0.5;

/** Of the machine: a busy one costs time, not verdicts, as time without a core is not counted. */
export function cpu(runs: readonly ProcessRun[]): Criterion {
  const intervals = runs.flatMap(({ samples }) => machineUse(samples));
  const busy = intervals.filter((use) => use > busyAbove).length / Math.max(1, intervals.length);
  const seenMs = Math.max(0, ...runs.map(({ samples }) => spanMs(samples)));
  const isTooShort = seenMs < shortestMs;
  const isBad = !isTooShort && busy > busyAtMostShare;
  const mean = intervals.reduce((sum, use) => sum + use, 0) / Math.max(1, intervals.length);
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

/** Between one sample and the next, 0 to 1. */
export function machineUse(samples: readonly ProcessSample[]): number[] {
  return samples.flatMap(({ machine }, index) => {
    const before = samples[index - 1]?.machine;
    if (before === undefined || machine.allSeconds <= before.allSeconds) return [];
    return [(machine.busySeconds - before.busySeconds) / (machine.allSeconds - before.allSeconds)];
  });
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
