import type { SweepState } from './stranded-submission.js';

/** Temporal workflow type of one sweep that the schedule starts. */
export const sweepType = 'sweepPlatform';

/** Memo of a completed sweep: its report. */
export const sweepMemo = 'sweep';

/** SWEEP */
export const sweepModes = ['off', 'report', 'start'] as const;
export type SweepMode = (typeof sweepModes)[number];

export interface SweepInput {
  /** Whether it starts what needs a start. */
  readonly isStarting: boolean;
  readonly olderThanMs: number;
}

export interface SweepReport {
  readonly at: string;
  /** Null: a broker did not answer, so nothing counted as stranded. */
  readonly messagesWaiting: number | null;
  readonly counts: Readonly<Partial<Record<SweepState, number>>>;
  readonly started: number;
  /** The first few that need a start and have not got it. */
  readonly examples: readonly number[];
}

/** Those that still need a start. */
export function leftToStart({ counts, started }: Pick<SweepReport, 'counts' | 'started'>): number {
  return Math.max(0, (counts.stranded ?? 0) + (counts.untold ?? 0) - started);
}

export function describeSweepReport(report: SweepReport): string {
  const { counts, started } = report;
  return `${counts.stranded ?? 0} stranded, ${counts.untold ?? 0} untold, ${counts.failed ?? 0} failed, ${started} started`;
}
