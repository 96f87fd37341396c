import { readdirSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { createBackendApi, isUngraded } from '../devstack/stack/backend-api.js';
import type { GradingStack } from '../devstack/stack/grading-stack.js';
import { processUsage } from '../devstack/stack/process-usage.js';
import { renderTable } from '../platform/terminal/table.js';

/** What a worker holds after so many gradings, and the bridge that feeds it. */
export interface SoakSample {
  readonly gradings: number;
  readonly seconds: number;
  readonly residentMb: number;
  readonly bridgeResidentMb: number;
  readonly descriptors: number;
  readonly sockets: number;
  readonly threads: number;
}

const program = { source_code: 'print(sum(map(int, input().split())))\n', language: 'python' };
/** Handed in and not graded yet: enough to keep the worker busy, few enough not to measure the queue. */
const ahead = 20;

/**
 * Grades a trivial program over and over in one worker and looks at what the worker holds on to.
 * @param samplesAt numbers of gradings, ascending; the last one ends the run.
 * @throws Error when a verdict is wrong or does not come.
 */
export async function soak(
  stack: GradingStack,
  samplesAt: readonly number[],
  onSample: (sample: SoakSample) => void,
): Promise<readonly SoakSample[]> {
  await stack.start('backend');
  const [worker, bridge] = await Promise.all([stack.start('worker'), stack.start('bridge')]);
  const backend = createBackendApi(stack.backendUrl);
  const problem = await backend.createProblem({
    title: 'Soak',
    test_cases: [{ input_data: '2 3\n', expected_output: '5\n' }],
  });
  const startedAt = performance.now();
  const samples: SoakSample[] = [];
  const waiting: number[] = [];
  let done = 0;
  for (const gradings of samplesAt) {
    while (done < gradings) {
      while (waiting.length < ahead && done + waiting.length < gradings) {
        waiting.push(await backend.submit({ problem_id: problem, ...program }));
      }
      const next = waiting.shift();
      if (next === undefined) break;
      await untilAccepted(backend, next);
      done += 1;
    }
    const sample = {
      gradings,
      seconds: (performance.now() - startedAt) / 1000,
      ...held(worker.pid),
      bridgeResidentMb: residentMb(bridge.pid),
    };
    samples.push(sample);
    onSample(sample);
  }
  return samples;
}

async function untilAccepted(backend: ReturnType<typeof createBackendApi>, id: number): Promise<void> {
  const deadline = Date.now() + 120_000;
  for (;;) {
    const { status } = await backend.read(id);
    if (status === 'Accepted') return;
    if (!isUngraded(status)) throw new Error(`submission ${id} is ${status}, not Accepted`);
    if (Date.now() > deadline) throw new Error(`submission ${id} has no verdict after 2 minutes`);
    await sleep(50);
  }
}

function held(pid: number): Pick<SoakSample, 'residentMb' | 'descriptors' | 'sockets' | 'threads'> {
  const links = readdirSync(`/proc/${pid}/fd`);
  return {
    residentMb: residentMb(pid),
    descriptors: links.length,
    sockets: links.filter((link) => isSocket(pid, link)).length,
    threads: readdirSync(`/proc/${pid}/task`).length,
  };
}

function residentMb(pid: number): number {
  return (processUsage(pid)?.residentBytes ?? 0) / 2 ** 20;
}

function isSocket(pid: number, descriptor: string): boolean {
  try {
    return readlinkSync(`/proc/${pid}/fd/${descriptor}`).startsWith('socket:');
  } catch {
    // Closed while we looked.
    return false;
  }
}

export function renderSoak(samples: readonly SoakSample[]): string {
  return renderTable(
    ['gradings', 'after', 'worker MB', 'open descriptors', 'of these sockets', 'threads', 'bridge MB'],
    samples.map((sample) => [
      sample.gradings,
      `${sample.seconds.toFixed(0)} s`,
      sample.residentMb.toFixed(0),
      sample.descriptors,
      sample.sockets,
      sample.threads,
      sample.bridgeResidentMb.toFixed(0),
    ]),
  );
}
