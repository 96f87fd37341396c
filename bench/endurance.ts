import type Docker from 'dockerode';
import { z } from 'zod';
import type { ExecutionEnd, ExecutionOutcome, ExecutionRequest } from '../domain/judging/execution.js';
import { renderTable } from '../platform/terminal/table.js';
import { connectDocker, dockerAddress } from '../sandbox/docker.js';
import { currentOwner, ownerLabels } from '../sandbox/owner.js';
import { SandboxContainer } from '../sandbox/sandbox-container.js';
import { ensureWarmImage } from '../sandbox/warm-image.js';
import type { BenchEngine } from './bench-sandbox.js';
import { roomyLimits, silent } from './bench-sandbox.js';
import { execInContainer } from './exec-in-container.js';

/** What a runner holds at one moment. */
export interface RunnerHoldings {
  readonly residentKb: number;
  readonly descriptors: number;
  /** Threads and processes of the container, the runner among them. */
  readonly processes: number;
  /** Files in the work area, /tmp and shared memory. */
  readonly files: number;
}

export interface EnduranceResult {
  readonly runs: number;
  readonly seconds: number;
  readonly early: RunnerHoldings;
  readonly late: RunnerHoldings;
  /** Runs that ended in another way than their program does: which, and how. */
  readonly wrongEnds: readonly string[];
}

/** Programs that end in every way a program can, and leave behind what a program can. */
const commands: readonly { shell: string; end: ExecutionEnd; timeMs?: number; input?: number }[] = [
  { shell: 'exit 0', end: 'exited' },
  { shell: 'cat', end: 'exited', input: 200_000 },
  { shell: 'echo leftover > /tmp/file; echo leftover > file; mkdir -p /dev/shm/a/b', end: 'exited' },
  { shell: 'kill -SEGV $$', end: 'signaled' },
  { shell: 'sleep 60 & sleep 60 & sleep 60 & exit 3', end: 'exited' },
  { shell: 'exec yes', end: 'output-limit' },
  { shell: './does-not-exist', end: 'exited' },
  { shell: 'exec head -c 100000 /dev/zero >&2', end: 'exited' },
];
/** Slow, hence rare. */
const slowCommand = { shell: 'exec sleep 60', end: 'time-limit' as const, timeMs: 20 };
const slowEvery = 100;
const resetEvery = 10;
const early = 200;
const shownWrongEnds = 20;

/**
 * Runs commands of every kind in one container, resetting it as often as a pool does, and compares what the runner
 * holds after the first of them with what it holds at the end.
 */
export async function measureEndurance(engine: BenchEngine, runs: number): Promise<EnduranceResult> {
  const docker = connectDocker(dockerAddress(engine.dockerHost));
  const labels = ownerLabels(currentOwner(`bench-${process.pid}`));
  const image = await ensureWarmImage({
    docker,
    baseImage: engine.image,
    cppFlagSets: [],
    labels,
    log: silent,
  });
  const container = await SandboxContainer.start({ docker, image, labels });
  try {
    const inside = docker.getContainer(container.id);
    const startedAt = performance.now();
    const wrongEnds = await runMany(container, 0, Math.min(early, runs));
    const before = await holdings(inside);
    wrongEnds.push(...(await runMany(container, early, runs)));
    return {
      runs,
      seconds: (performance.now() - startedAt) / 1000,
      early: before,
      late: await holdings(inside),
      wrongEnds,
    };
  } finally {
    await container.destroy();
  }
}

/** Whether the runner holds no more at the end than early on: 64 KB of page-sized noise are none. */
export function hasGrown({ early: before, late }: EnduranceResult): boolean {
  return (
    late.residentKb > before.residentKb + 64 ||
    late.descriptors > before.descriptors ||
    late.processes > before.processes ||
    late.files > before.files
  );
}

export function renderEndurance(result: EnduranceResult): string {
  const row = (when: string, held: RunnerHoldings) => [
    when,
    held.residentKb,
    held.descriptors,
    held.processes,
    held.files,
  ];
  return [
    `${result.runs} runs in one container in ${result.seconds.toFixed(0)} s, ${result.wrongEnds.length} wrong ends, ` +
      `${hasGrown(result) ? 'it has GROWN' : 'no growth'}`,
    renderTable(
      ['after', 'resident KB', 'descriptors', 'processes', 'files'],
      [row(`${Math.min(early, result.runs)} runs`, result.early), row(`${result.runs} runs`, result.late)],
    ),
    ...result.wrongEnds.slice(0, shownWrongEnds),
  ].join('\n');
}

async function runMany(container: SandboxContainer, from: number, to: number): Promise<string[]> {
  const wrongEnds: string[] = [];
  for (let index = from; index < to; index += 1) {
    const command =
      index % slowEvery === slowEvery - 1 ? slowCommand : (commands[index % commands.length] ?? slowCommand);
    if (index % resetEvery === 1) await container.writeFile('main.cpp', Buffer.alloc(2000, 'x'));
    const outcome = await container.execute(request(command), new AbortController().signal);
    if (outcome.end !== command.end) wrongEnds.push(`run ${index}, ${command.shell}: ${ending(outcome)}`);
    if (index % resetEvery === resetEvery - 1) await container.reset();
  }
  await container.reset();
  return wrongEnds;
}

/** Its output is not shown: some commands print for ever. */
function ending(outcome: ExecutionOutcome): string {
  const stderr = Buffer.from(outcome.stderr).toString('utf8').slice(0, 200);
  return JSON.stringify({ ...outcome, stdout: undefined, stderr });
}

function request(command: { shell: string; timeMs?: number; input?: number }): ExecutionRequest {
  return {
    argv: ['sh', '-c', command.shell],
    stdin: Buffer.alloc(command.input ?? 0, 'input\n'),
    limits: { ...roomyLimits, timeMs: command.timeMs ?? roomyLimits.timeMs, stdoutBytes: 256 * 1024 },
    freshTmp: true,
  };
}

const count = z.coerce.number().int().positive();
const lookedAt = z.tuple([count, count, count, z.coerce.number().int().nonnegative()]);
/** The shell that looks does not count itself. */
const look = `set -- /proc/[0-9]*
sed -n 's/^VmRSS:[^0-9]*\\([0-9]*\\).*/\\1/p' /proc/1/status
ls /proc/1/fd | wc -l
echo $(($# - 1))
find /sandbox /tmp /dev/shm -mindepth 1 -maxdepth 1 | wc -l`;

/** Looks from within the container: its engine may be on another host.. */
async function holdings(container: Docker.Container): Promise<RunnerHoldings> {
  const printed = await execInContainer(container, ['sh', '-c', look], '0');
  const numbers = printed.trim().split(/\s+/);
  const [residentKb, descriptors, processes, files] = lookedAt.parse(numbers);
  return { residentKb, descriptors, processes, files };
}
