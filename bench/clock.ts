import type { ExecutionOutcome } from '../domain/judging/execution.js';
import { hardWallLimitMs } from '../domain/judging/limits.js';
import { renderTable } from '../platform/terminal/table.js';
import type { BenchEngine } from './bench-sandbox.js';
import { execute, prepare, withBenchLease, withBenchSandbox } from './bench-sandbox.js';
import { besideBusyProcesses } from './busy-processes.js';
import type { ClockProgram } from './clock-programs.js';
import { clockBuild, clockPrograms, clockSources } from './clock-programs.js';
import { percentile } from './percentile.js';

/** How long one program that lets the clock run was let live. */
export interface ClockRow {
  readonly program: ClockProgram;
  readonly busyProcesses: number;
  readonly runs: number;
  /** Runs that ended by themselves, as if within their limit. */
  readonly accepted: number;
  /** Wall time at the end in units of the limit: in the middle and at most. */
  readonly middle: number;
  readonly most: number;
  /** CPU time at the end in units of the limit, in the middle. */
  readonly cpu: number;
}

export interface ClockOptions {
  readonly runs: number;
  readonly limitMs: number;
  readonly only: string;
  /** Whether also beside eight busy processes. */
  readonly isBusyToo: boolean;
}

/** On an idle host, by the wall; docs/security.md states it. */
const boundOnIdleHost = 1.2;
/** A program runs until it is stopped, or it has got this many times its limit. */
const wanted = 4;
const busyBeside = 8;

/** Runs each program one after the other. */
export function measureClock(engine: BenchEngine, options: ClockOptions): Promise<readonly ClockRow[]> {
  return withBenchSandbox(engine, { poolSize: 1, cores: 1 }, (sandbox) =>
    withBenchLease(sandbox, async (container) => {
      await prepare(container, clockSources, clockBuild);
      const limits = {
        timeMs: options.limitMs,
        wallMs: hardWallLimitMs(options.limitMs),
        processes: 256,
      };
      const measureAll = async (busyProcesses: number) => {
        const rows: ClockRow[] = [];
        for (const program of clockPrograms(wanted * options.limitMs)) {
          if (!program.name.includes(options.only)) continue;
          const outcomes: ExecutionOutcome[] = [];
          for (let run = 0; run < options.runs; run += 1) {
            outcomes.push(await execute(container, program.argv, { limits }));
          }
          rows.push(summarise(program, busyProcesses, outcomes, options.limitMs));
        }
        return rows;
      };
      const alone = await measureAll(0);
      if (!options.isBusyToo) return alone;
      return [...alone, ...(await besideBusyProcesses(busyBeside, () => measureAll(busyBeside)))];
    }),
  );
}

/** Whether no program got more of the clock than is promised. */
export function isWithinBound(rows: readonly ClockRow[]): boolean {
  return rows.every(
    ({ busyProcesses, most, accepted }) => busyProcesses > 0 || (most <= boundOnIdleHost && accepted === 0),
  );
}

export function renderClock(rows: readonly ClockRow[], { limitMs }: Pick<ClockOptions, 'limitMs'>): string {
  const times = (value: number) => `${value.toFixed(2)}×`;
  return renderTable(
    ['program', 'limit ms', 'busy beside', 'runs', 'accepted', 'wall', 'wall, most', 'CPU'],
    rows.map(({ program, busyProcesses, runs, accepted, middle, most, cpu }) => [
      program.name,
      limitMs,
      busyProcesses,
      runs,
      accepted,
      times(middle),
      times(most),
      times(cpu),
    ]),
  );
}

function summarise(
  program: ClockProgram,
  busyProcesses: number,
  outcomes: readonly ExecutionOutcome[],
  limitMs: number,
): ClockRow {
  const ended = outcomes.filter(({ end }) => end !== 'time-limit');
  const failed = ended.find(({ exitCode }) => exitCode !== 0);
  if (failed !== undefined) throw new Error(`${program.name} ended wrongly: ${JSON.stringify(failed)}`);
  const walls = outcomes.map(({ wallMs }) => wallMs / limitMs);
  return {
    program,
    busyProcesses,
    runs: outcomes.length,
    accepted: ended.length,
    middle: percentile(walls, 0.5),
    most: Math.max(...walls),
    cpu: percentile(
      outcomes.map(({ cpuMs }) => cpuMs / limitMs),
      0.5,
    ),
  };
}
