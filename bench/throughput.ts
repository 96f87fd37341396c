import { cpus } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { createBackendApi, isUngraded } from '../devstack/stack/backend-api.js';
import type { GradingStack } from '../devstack/stack/grading-stack.js';
import { processTree, processUsage } from '../devstack/stack/process-usage.js';
import { renderTable } from '../platform/terminal/table.js';
import { additionTests, sumSource } from './additions.js';
import { containersCpuSeconds } from './containers-usage.js';

export interface ThroughputResult {
  readonly submissions: number;
  readonly tests: number;
  readonly wrongVerdicts: number;
  /** Compilations that the cache did not spare. */
  readonly compilerRuns: number;
  /** Of compilers, programs and their runners: all that containers do. */
  readonly programsCpuSecondsPerSubmission: number;
  readonly seconds: number;
  readonly submissionsPerSecond: number;
  readonly processes: readonly {
    readonly name: string;
    readonly cpuSecondsPerSubmission: number;
    readonly residentMb: number;
    readonly peakResidentMb: number;
  }[];
}

export interface Program {
  readonly language: 'cpp' | 'python' | 'java';
  readonly source: string;
  /** Else it prints something else. */
  readonly right: boolean;
}

/** What is queued. */
export interface Load {
  readonly submissions: number;
  readonly tests: number;
  /** By default in C++, every source of its own; one in five is wrong. */
  readonly program?: (index: number) => Program;
}

function usualProgram(index: number): Program {
  const right = index % 5 !== 4;
  return { language: 'cpp', source: sumSource(`submission ${index}`, right), right };
}

interface ThroughputServices {
  readonly dockerHost: string;
  /** Further processes to account for, by name and process id. */
  readonly processes: Readonly<Record<string, number>>;
}

/**
 * Fills the queue with submissions, then starts bridge and worker and measures until the last verdict is in.
 */
export async function measureThroughput(
  stack: GradingStack,
  { submissions: count, tests, program = usualProgram }: Load,
  { dockerHost, processes }: ThroughputServices,
): Promise<ThroughputResult> {
  await stack.start('backend');
  const backend = createBackendApi(stack.backendUrl);
  const problem = await backend.createProblem({
    title: `A + B, ${tests} tests`,
    test_cases: additionTests(tests),
  });
  const waiting = new Map<number, string>();
  for (let index = 0; index < count; index += 1) {
    const { language, source, right } = program(index);
    const id = await backend.submit({ problem_id: problem, source_code: source, language });
    waiting.set(id, right ? 'Accepted' : 'Wrong Answer');
  }
  const [worker, bridge] = await Promise.all([stack.start('worker'), stack.launch('bridge')]);
  const inContainersBefore = await containersCpuSeconds(dockerHost);
  const watched = { worker: worker.pid, bridge: bridge.pid, ...processes };
  const before = usageOf(watched);
  const peaks = new Map<string, number>();
  const startedAt = performance.now();
  let wrongVerdicts = 0;
  while (waiting.size > 0) {
    if (performance.now() - startedAt > 600_000)
      throw new Error(`${waiting.size} submissions have no verdict after 10 min`);
    await sleep(500);
    for (const [name, usage] of usageOf(watched)) {
      peaks.set(name, Math.max(peaks.get(name) ?? 0, usage.residentBytes));
    }
    for (const [id, expected] of waiting) {
      const state = await backend.read(id);
      if (isUngraded(state.status)) break;
      if (state.status !== expected || state.results.length !== tests) wrongVerdicts += 1;
      waiting.delete(id);
    }
  }
  const seconds = (performance.now() - startedAt) / 1000;
  const after = usageOf(watched);
  const inContainers = (await containersCpuSeconds(dockerHost)) - inContainersBefore;
  return {
    submissions: count,
    tests,
    wrongVerdicts,
    compilerRuns: await compilerRuns(worker.readyUrl),
    programsCpuSecondsPerSubmission: inContainers / count,
    seconds,
    submissionsPerSecond: count / seconds,
    processes: [...after].map(([name, usage]) => ({
      name,
      cpuSecondsPerSubmission: (usage.cpuSeconds - (before.get(name)?.cpuSeconds ?? 0)) / count,
      residentMb: usage.residentBytes / 2 ** 20,
      peakResidentMb: (peaks.get(name) ?? usage.residentBytes) / 2 ** 20,
    })),
  };
}

async function compilerRuns(workerUrl: string): Promise<number> {
  const answer = await fetch(new URL('/metrics', workerUrl), { signal: AbortSignal.timeout(5_000) });
  const missed = /^grader_compile_cache_requests_total\{result="miss"\} (\d+)$/m.exec(await answer.text());
  return Number(missed?.[1] ?? Number.NaN);
}

/** All that is not a compiler, or a program of a student. */
export function engineCpuSeconds({ processes }: ThroughputResult): number {
  return processes.reduce((sum, each) => sum + each.cpuSecondsPerSubmission, 0);
}

export function renderThroughput(result: ThroughputResult): string {
  const table = renderTable(
    ['process', 'CPU s / submission', 'resident MB', 'peak MB'],
    result.processes.map((process) => [
      process.name,
      process.cpuSecondsPerSubmission.toFixed(3),
      process.residentMb.toFixed(0),
      process.peakResidentMb.toFixed(0),
    ]),
  );
  const engine = engineCpuSeconds(result);
  return [
    `${result.submissions} submissions of ${result.tests} tests on ${cpus().length} cores in ${result.seconds.toFixed(1)} s: ` +
      `${result.submissionsPerSecond.toFixed(2)} submissions/s, ${result.wrongVerdicts} wrong verdicts`,
    table,
    `CPU s a submission: ${result.programsCpuSecondsPerSubmission.toFixed(3)} compiler and programs, ${engine.toFixed(3)} engine`,
  ].join('\n');
}

function usageOf(watched: Readonly<Record<string, number>>) {
  const usages = new Map<string, { cpuSeconds: number; residentBytes: number }>();
  for (const [name, pid] of Object.entries(watched)) {
    let cpuSeconds = 0;
    let residentBytes = 0;
    for (const member of processTree(pid)) {
      const usage = processUsage(member);
      cpuSeconds += usage?.cpuSeconds ?? 0;
      residentBytes += usage?.residentBytes ?? 0;
    }
    usages.set(name, { cpuSeconds, residentBytes });
  }
  return usages;
}
