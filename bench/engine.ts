import { cpus } from 'node:os';
import type { GradingStack } from '../devstack/stack/grading-stack.js';
import { renderTable } from '../platform/terminal/table.js';
import { additionTests, sumSource } from './additions.js';
import type { BareWork } from './bare.js';
import { measureLimit, measurePlainWorker } from './bare.js';
import type { BenchEngine } from './bench-sandbox.js';
import { warmImage } from './bench-sandbox.js';
import { measureLatency } from './latency.js';
import { percentile } from './percentile.js';
import type { Load, ThroughputResult } from './throughput.js';
import { engineCpuSeconds, measureThroughput, renderThroughput } from './throughput.js';

export interface EngineReport {
  readonly throughput: ThroughputResult;
  /** Submissions a second of the same work with nothing between two programs; before and after the engine's. */
  readonly limits: readonly number[];
  /** The engine's rate by the mean limit. */
  readonly efficiency: number;
  /** Submissions a second of a worker that calls `docker exec` for each step. */
  readonly plainWorker: number;
  readonly engineCpuSecondsPerSubmission: number;
  /** One submission at a time, from handing in to the verdict, ms. */
  readonly latencies: readonly { readonly tests: number; readonly samplesMs: readonly number[] }[];
}

/** Enough for a rate; it is slow. */
const plainSubmissions = 8;
const latencyTests = [5, 30];
const latencySamples = 20;

/** All in one run, as the machine may be twice as fast in the next. */
export async function measureEngine(
  stack: GradingStack,
  services: BenchEngine & { readonly processes: Readonly<Record<string, number>> },
  load: Load,
): Promise<EngineReport> {
  const engine = { dockerHost: services.dockerHost, image: await warmImage(services) };
  const work = bareWork(load.submissions, load.tests);
  const cores = cpus().length;
  const before = load.submissions / (await measureLimit(engine, work, cores));
  const throughput = await measureThroughput(stack, load, services);
  const latencies = [];
  for (const tests of latencyTests) {
    latencies.push({ tests, samplesMs: await measureLatency(stack.backendUrl, latencySamples, tests) });
  }
  await stack.stop();
  const after = load.submissions / (await measureLimit(engine, work, cores));
  const plainWork = { ...work, sources: work.sources.slice(0, plainSubmissions) };
  const plainWorker = plainWork.sources.length / (await measurePlainWorker(engine, plainWork));
  return {
    throughput,
    limits: [before, after],
    efficiency: throughput.submissionsPerSecond / ((before + after) / 2),
    plainWorker,
    engineCpuSecondsPerSubmission: engineCpuSeconds(throughput),
    latencies,
  };
}

export function renderEngine(report: EngineReport): string {
  const { throughput, limits, plainWorker, latencies } = report;
  const rates = [
    ['limit: bare in the image, before and after', limits.map((rate) => rate.toFixed(2)).join(', ')],
    ['engine', throughput.submissionsPerSecond.toFixed(2)],
    ['plain worker: docker exec a step', plainWorker.toFixed(2)],
  ];
  const [few, many] = latencies.map(({ tests, samplesMs }) => ({ tests, p50: percentile(samplesMs, 0.5) }));
  const further = few && many ? (many.p50 - few.p50) / (many.tests - few.tests) : Number.NaN;
  return [
    renderThroughput(throughput),
    renderTable(['submissions/s', ''], rates),
    `efficiency ${report.efficiency.toFixed(2)} of the limit, ${(throughput.submissionsPerSecond / plainWorker).toFixed(1)} times the plain worker`,
    renderTable(
      ['one at a time, ms', 'p50', 'p95', 'p99'],
      latencies.map(({ tests, samplesMs }) => [
        `${tests} tests`,
        ...[0.5, 0.95, 0.99].map((part) => percentile(samplesMs, part).toFixed(0)),
      ]),
    ),
    `each further test: ${further.toFixed(1)} ms`,
  ].join('\n');
}

function bareWork(submissions: number, tests: number): BareWork {
  return {
    sources: Array.from({ length: submissions }, (_, index) => sumSource(`bare ${index}`, true)),
    inputs: additionTests(tests).map(({ input_data }) => input_data),
  };
}
