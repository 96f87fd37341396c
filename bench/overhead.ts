import { renderTable } from '../platform/terminal/table.js';
import type { Sandbox } from '../sandbox/index.js';
import { sumSource } from './additions.js';
import type { BenchEngine } from './bench-sandbox.js';
import { execute, prepare, withBenchLease, withBenchSandbox } from './bench-sandbox.js';
import { percentile } from './percentile.js';

export interface OverheadRow {
  readonly what: string;
  readonly samplesMs: readonly number[];
  readonly p50TargetMs: number;
  /** Infinity where there is none. */
  readonly p99TargetMs: number;
}

const sum = sumSource('overhead', true);
const warmUp = 50;
/** Fewer: each leaves something behind for the reset to remove. */
const leasesPerRun = 0.2;

/** What the sandbox adds to a trivial test, and to a submission, in a warm container with nothing else running. */
export function measureOverhead(engine: BenchEngine, runs: number): Promise<readonly OverheadRow[]> {
  return withBenchSandbox(engine, { poolSize: 2, cores: 2 }, async (sandbox) => {
    const [nothing, adding] = await withBenchLease(sandbox, async (container) => {
      await prepare(container, { 'main.cpp': sum }, 'g++ -std=c++17 -O1 main.cpp -o main');
      return [
        await sample(runs, () => execute(container, ['true'])),
        await sample(runs, () => execute(container, ['./main'], { stdin: '3 5\n' })),
      ];
    });
    const leases = await sampleLeases(sandbox, Math.ceil(runs * leasesPerRun));
    return [
      { what: 'true, request to reply', samplesMs: nothing, p50TargetMs: 2, p99TargetMs: 10 },
      { what: 'a + b in C++, request to reply', samplesMs: adding, p50TargetMs: 2, p99TargetMs: 10 },
      { what: 'acquire + reset + release', samplesMs: leases, p50TargetMs: 15, p99TargetMs: Infinity },
    ];
  });
}

export function isOnTarget(rows: readonly OverheadRow[]): boolean {
  return rows.every(
    ({ samplesMs, p50TargetMs, p99TargetMs }) =>
      percentile(samplesMs, 0.5) <= p50TargetMs && percentile(samplesMs, 0.99) <= p99TargetMs,
  );
}

export function renderOverhead(rows: readonly OverheadRow[]): string {
  return renderTable(
    ['ms', 'samples', 'p50', 'p99', 'max', 'p50 target', 'p99 target'],
    rows.map(({ what, samplesMs, p50TargetMs, p99TargetMs }) => [
      what,
      samplesMs.length,
      ...[0.5, 0.99, 1].map((share) => percentile(samplesMs, share).toFixed(2)),
      p50TargetMs,
      Number.isFinite(p99TargetMs) ? p99TargetMs : '',
    ]),
  );
}

async function sample(runs: number, task: () => Promise<unknown>): Promise<number[]> {
  for (let index = 0; index < warmUp; index += 1) await task();
  const samples: number[] = [];
  for (let index = 0; index < runs; index += 1) {
    const startedAt = performance.now();
    await task();
    samples.push(performance.now() - startedAt);
  }
  return samples;
}

/** The time to get a container and to give it back clean, without what happens in between. */
async function sampleLeases(sandbox: Sandbox, leases: number): Promise<number[]> {
  const samples: number[] = [];
  for (let index = 0; index < leases; index += 1) {
    const startedAt = performance.now();
    const lease = await sandbox.acquire({ submissionId: 0, signal: AbortSignal.timeout(60_000) });
    const acquiredMs = performance.now() - startedAt;
    const container = sandbox.container(lease.leaseId);
    await container.writeFile('main.cpp', Buffer.from(sum));
    await execute(container, ['sh', '-c', 'echo x > file; echo x > /tmp/file; sleep 60 &'], {
      sealWorkArea: true,
    });
    const releasingAt = performance.now();
    await sandbox.release(lease.leaseId);
    samples.push(acquiredMs + performance.now() - releasingAt);
  }
  return samples;
}
