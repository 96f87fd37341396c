import { availableParallelism } from 'node:os';
import type { LeasedContainer } from '../activities/dependencies.js';
import { hardWallLimitMs } from '../domain/judging/limits.js';
import { renderTable } from '../platform/terminal/table.js';
import type { Sandbox } from '../sandbox/index.js';
import type { BenchEngine } from './bench-sandbox.js';
import { execute, prepare, withBenchLease, withBenchSandbox } from './bench-sandbox.js';
import { besideBusyProcesses } from './busy-processes.js';
import { percentile } from './percentile.js';
import type { SpinningProgram } from './stability-programs.js';
import { spinningPrograms, stabilityBuild, stabilitySources } from './stability-programs.js';

/** One program, alone or on a loaded host. */
export interface StabilityRow {
  readonly program: SpinningProgram;
  readonly busyProcesses: number;
  readonly within: Flips;
  readonly beyond: Flips;
  /** Runs that got the wrong verdict, for whoever looks for the cause. */
  readonly flipped: readonly SeenRun[];
}

interface SeenRun {
  /** Work wanted, in units of the limit. */
  readonly share: number;
  readonly timedOut: boolean;
  readonly judgedMs: number;
  readonly cpuMs: number;
  readonly wallMs: number;
}

/** Runs whose right verdict is known, and how many got the other one. */
export interface Flips {
  readonly runs: number;
  /** By the judged time, and by plain wall time of the same runs. */
  readonly judged: number;
  readonly wall: number;
  /** Wall time in units of the work wanted, in the middle. */
  readonly slowdown: number;
  /** Judged time in units of the limit: the highest of those within, the lowest of those beyond. */
  readonly closest: number;
}

export interface StabilityOptions {
  /** Of each program on each side of its limit, times its own factor. */
  readonly runs: number;
  readonly limitMs: number;
  /** Only programs with this text in their name. */
  readonly only: string;
}

const withinShares = [0.6, 0.9] as const;
const beyondShares = [1.1, 1.5] as const;
const busyPerCore = 4;

/**
 * Runs programs that need 60 to 90 % and 110 to 150 % of their limit, alone and beside four busy processes for each
 * core, as many at a time as there are cores, and counts wrong verdicts.
 */
export function measureStability(
  engine: BenchEngine,
  options: StabilityOptions,
): Promise<readonly StabilityRow[]> {
  const cores = availableParallelism();
  return withBenchSandbox(engine, { poolSize: cores, cores }, (sandbox) =>
    withPreparedLanes(sandbox, cores, async (lanes) => {
      const measureAll = async (busyProcesses: number) => {
        const rows: StabilityRow[] = [];
        for (const program of spinningPrograms.filter(({ name }) => name.includes(options.only))) {
          rows.push(await measureRow(lanes, program, busyProcesses, options));
        }
        return rows;
      };
      const alone = await measureAll(0);
      const busy = busyPerCore * cores;
      return [...alone, ...(await besideBusyProcesses(busy, () => measureAll(busy)))];
    }),
  );
}

/** Whether no program whose verdict must hold got a wrong one. */
export function isStable(rows: readonly StabilityRow[]): boolean {
  return rows.every(
    ({ program, within, beyond }) => !program.mustHold || within.judged + beyond.judged === 0,
  );
}

export function renderStability(
  rows: readonly StabilityRow[],
  { limitMs }: Pick<StabilityOptions, 'limitMs'>,
): string {
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
  const cells = ({ runs, judged, wall, slowdown, closest }: Flips) => [
    runs,
    judged,
    wall,
    `${slowdown.toFixed(1)}×`,
    percent(closest),
  ];
  const table = renderTable(
    [
      'program',
      'limit ms',
      'busy beside',
      ...['60–90 %: runs', 'flips', 'flips by wall', 'slowdown', 'highest judged'],
      ...['110–150 %: runs', 'flips', 'flips by wall', 'slowdown', 'lowest judged'],
    ],
    rows.map(({ program, busyProcesses, within, beyond }) => [
      program.name,
      limitMs * program.limitFactor,
      busyProcesses,
      ...cells(within),
      ...cells(beyond),
    ]),
  );
  const traced = rows.flatMap(({ program, busyProcesses, flipped }) =>
    program.mustHold
      ? flipped.map(
          ({ share, judgedMs, cpuMs, wallMs }) =>
            `flip: ${program.name}, ${busyProcesses} busy beside: ${percent(share)} wanted, ${judgedMs} ms judged, ${cpuMs} ms of CPU, ${wallMs} ms by the wall`,
        )
      : [],
  );
  return [table, ...traced].join('\n');
}

function withPreparedLanes<Result>(
  sandbox: Sandbox,
  count: number,
  task: (lanes: readonly LeasedContainer[]) => Promise<Result>,
  lanes: readonly LeasedContainer[] = [],
): Promise<Result> {
  if (lanes.length === count) return task(lanes);
  return withBenchLease(sandbox, async (container) => {
    await prepare(container, stabilitySources, stabilityBuild);
    return withPreparedLanes(sandbox, count, task, [...lanes, container]);
  });
}

async function measureRow(
  lanes: readonly LeasedContainer[],
  program: SpinningProgram,
  busyProcesses: number,
  options: StabilityOptions,
): Promise<StabilityRow> {
  const runs = Math.ceil(options.runs * program.runsFactor);
  const limitMs = options.limitMs * program.limitFactor;
  const limits = { timeMs: limitMs, wallMs: hardWallLimitMs(limitMs) };
  const seen: SeenRun[] = [];
  const shares = mixed(runs);
  const work = async (container: LeasedContainer) => {
    for (let share = shares.pop(); share !== undefined; share = shares.pop()) {
      const outcome = await execute(container, program.command(share * limitMs), { limits });
      if (outcome.end !== 'time-limit' && outcome.exitCode !== 0) {
        throw new Error(`${program.name} ended wrongly: ${JSON.stringify(outcome)}`);
      }
      seen.push({ ...outcome, share, timedOut: outcome.end === 'time-limit' });
    }
  };
  await Promise.all(lanes.map(work));
  const flips = (isBeyond: boolean): Flips => {
    const side = seen.filter(({ share }) => share > 1 === isBeyond);
    const judged = side.map(({ judgedMs }) => judgedMs / limitMs);
    return {
      runs: side.length,
      judged: side.filter(({ timedOut }) => timedOut !== isBeyond).length,
      wall: side.filter(({ timedOut, wallMs }) => (timedOut || wallMs > limitMs) !== isBeyond).length,
      slowdown: percentile(
        side.map(({ share, wallMs }) => wallMs / (Math.min(share, 1) * limitMs)),
        0.5,
      ),
      closest: isBeyond ? Math.min(...judged) : Math.max(...judged),
    };
  };
  const flipped = seen.filter(({ share, timedOut }) => timedOut !== share > 1);
  return { program, busyProcesses, within: flips(false), beyond: flips(true), flipped };
}

/** Shares of the limit, `runs` on each side of it, evenly spread and in turns. */
function mixed(runs: number): number[] {
  const spread = ([low, high]: readonly [number, number], index: number) =>
    low + ((high - low) * ((index * 7919) % runs)) / Math.max(1, runs - 1);
  return Array.from({ length: runs }, (_, index) => [
    spread(withinShares, index),
    spread(beyondShares, index),
  ]).flat();
}
