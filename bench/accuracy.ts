import type { LeasedContainer } from '../activities/dependencies.js';
import type { ExecutionOutcome } from '../domain/judging/execution.js';
import { renderTable } from '../platform/terminal/table.js';
import type { AccuracyProgram } from './accuracy-programs.js';
import { accuracyBuild, accuracyPrograms, accuracySources } from './accuracy-programs.js';
import type { BenchEngine } from './bench-sandbox.js';
import { execute, prepare, withBenchLease, withBenchSandbox } from './bench-sandbox.js';
import { percentile } from './percentile.js';

/** One program by GNU time and by the runner, each figure the middle one of its runs. */
export interface AccuracyRow {
  readonly name: string;
  /** GNU time's elapsed time, which it cuts to 10 ms, and the runner's of the same run of GNU time. */
  readonly gnuMs: number;
  readonly runnerMs: number;
  /** Of runs without GNU time. */
  readonly aloneMs: number;
  /** How far the runner's time lies outside what GNU time's stands for. */
  readonly timeOffMs: number;
  /** Peak resident set: by GNU time, and by the runner in runs without it. */
  readonly gnuKb: number;
  readonly runnerKb: number;
}

/** GNU time drops what is below a hundredth of a second. */
const gnuStepMs = 10;

/**
 * Time is compared within one run: the runner measures GNU time, which measures the program. Two runs of a program
 * differ by more than two clocks do. Memory is compared between runs with and without GNU time.
 */
export function measureAccuracy(engine: BenchEngine, runs: number): Promise<readonly AccuracyRow[]> {
  return withBenchSandbox(engine, { poolSize: 1, cores: 1 }, (sandbox) =>
    withBenchLease(sandbox, async (container) => {
      await prepare(container, accuracySources, accuracyBuild);
      const rows: AccuracyRow[] = [];
      for (const program of accuracyPrograms) rows.push(await compare(container, program, runs));
      return rows;
    }),
  );
}

/** @param startMs that GNU time may take to start, which the runner counts and it does not. */
export function isAccurate(rows: readonly AccuracyRow[], startMs: number): boolean {
  return rows.every((row) => isTimeRight(row, startMs) && isMemoryRight(row));
}

export function renderAccuracy(rows: readonly AccuracyRow[], startMs: number): string {
  return renderTable(
    ['program', 'GNU ms', 'runner ms', 'off ms', 'alone ms', 'GNU KB', 'runner KB', 'off KB', 'within'],
    rows.map((row) => [
      row.name,
      row.gnuMs,
      row.runnerMs.toFixed(1),
      row.timeOffMs.toFixed(1),
      row.aloneMs.toFixed(1),
      row.gnuKb,
      row.runnerKb,
      row.runnerKb - row.gnuKb,
      isTimeRight(row, startMs) && isMemoryRight(row) ? 'yes' : 'NO',
    ]),
  );
}

const isTimeRight = ({ timeOffMs, gnuMs }: AccuracyRow, startMs: number) =>
  timeOffMs <= Math.max(startMs, gnuMs * 0.05);
const isMemoryRight = ({ gnuKb, runnerKb }: AccuracyRow) =>
  Math.abs(runnerKb - gnuKb) <= Math.max(300, gnuKb * 0.05);

async function compare(
  container: LeasedContainer,
  program: AccuracyProgram,
  runs: number,
): Promise<AccuracyRow> {
  const both: { gnu: GnuReport; outcome: ExecutionOutcome; offMs: number }[] = [];
  const alone: ExecutionOutcome[] = [];
  for (let run = 0; run < runs; run += 1) {
    const outcome = await execute(container, ['time', '-v', ...program.argv], program);
    const gnu = readReport(Buffer.from(outcome.stderr).toString('utf8'));
    const { wallMs } = outcome;
    const offMs = Math.max(0, gnu.elapsedMs - wallMs, wallMs - gnu.elapsedMs - gnuStepMs);
    both.push({ gnu, outcome, offMs });
    alone.push(await execute(container, program.argv, program));
  }
  const middle = (values: readonly number[]) => percentile(values, 0.5);
  return {
    name: program.name,
    gnuMs: middle(both.map(({ gnu }) => gnu.elapsedMs)),
    runnerMs: middle(both.map(({ outcome }) => outcome.wallMs)),
    aloneMs: middle(alone.map(({ wallMs }) => wallMs)),
    timeOffMs: middle(both.map(({ offMs }) => offMs)),
    gnuKb: middle(both.map(({ gnu }) => gnu.peakKb)),
    runnerKb: middle(alone.map(({ peakMemoryKb }) => peakMemoryKb)),
  };
}

interface GnuReport {
  readonly elapsedMs: number;
  readonly peakKb: number;
}

function readReport(text: string): GnuReport {
  const elapsed = /Elapsed \(wall clock\) time .*: (?:(\d+):)?(\d+):(\d+\.\d+)$/m.exec(text);
  const peak = /Maximum resident set size \(kbytes\): (\d+)$/m.exec(text);
  if (elapsed === null || peak === null) throw new Error(`GNU time printed no report: ${text}`);
  const [, hours = '0', minutes, seconds] = elapsed;
  return {
    elapsedMs: Math.round(((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000),
    peakKb: Number(peak[1]),
  };
}
