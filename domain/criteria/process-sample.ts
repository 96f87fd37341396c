/** A process at one moment, written every half minute. Totals count from its start. */
export interface ProcessSample {
  /** Of which platform; several may share a directory. Absent in samples of earlier versions. */
  readonly platform?: string | undefined;
  /** ms since the epoch */
  readonly at: number;
  readonly process: 'worker' | 'bridge';
  readonly host: string;
  readonly pid: number;
  /** ms since the epoch */
  readonly startedAt: number;
  readonly residentBytes: number;
  readonly cpuSeconds: number;
  /** Core seconds of the whole machine since boot: in use, and in all. */
  readonly machine: { readonly busySeconds: number; readonly allSeconds: number };
  readonly worker?: WorkerSample;
}

export interface WorkerSample {
  readonly pool: {
    readonly size: number;
    readonly free: number;
    readonly leased: number;
    readonly broken: number;
    readonly canMake: boolean;
  };
  readonly waitingToRun: number;
  /** Totals. */
  readonly verdicts: number;
  readonly containers: { readonly taken: number; readonly late: number; readonly failed: number };
  readonly posts: { readonly taken: number; readonly failed: number };
}

/** One run of one process, oldest sample first. */
export interface ProcessRun {
  readonly name: string;
  readonly samples: readonly ProcessSample[];
}

/** Groups samples by process run; a restart begins another run. */
export function runsOf(samples: readonly ProcessSample[]): ProcessRun[] {
  const runs = new Map<string, ProcessSample[]>();
  for (const sample of samples) {
    const key = `${sample.process} ${sample.host} ${sample.pid} ${sample.startedAt}`;
    runs.set(key, [...(runs.get(key) ?? []), sample]);
  }
  return [...runs.values()].map((own) => {
    const [first] = own;
    return {
      name: first === undefined ? '' : `${first.process} ${first.host} (${first.pid})`,
      samples: own.sort((a, b) => a.at - b.at),
    };
  });
}

/** A process over its restarts. */
export interface ProcessSeries {
  readonly name: string;
  /** Oldest first; none begins before the one before it has ended. */
  readonly runs: readonly ProcessRun[];
}

/** Runs of one kind on one host that follow each other are one series; those that overlap are several processes. */
export function seriesOf(runs: readonly ProcessRun[]): ProcessSeries[] {
  const series: { key: string; runs: ProcessRun[] }[] = [];
  const startOf = ({ samples }: ProcessRun) => samples[0]?.at ?? 0;
  for (const run of runs.toSorted((a, b) => startOf(a) - startOf(b))) {
    const [first] = run.samples;
    if (first === undefined) continue;
    const key = `${first.process} ${first.host}`;
    const before = series.find(
      (each) => each.key === key && (each.runs.at(-1)?.samples.at(-1)?.at ?? 0) < first.at,
    );
    if (before === undefined) series.push({ key, runs: [run] });
    else before.runs.push(run);
  }
  return series.map(({ key, runs: own }) => ({
    name: own.length === 1 ? (own[0]?.name ?? key) : `${key} (${own.length} starts)`,
    runs: own,
  }));
}

/**
 * How much a total grew within a period, over all runs. What a run counted before its first sample counts only if the
 * run started within the period.
 */
export function increase(
  runs: readonly ProcessRun[],
  since: number,
  total: (sample: ProcessSample) => number,
): number {
  return runs
    .map(({ samples }) => {
      const [first] = samples;
      const last = samples.at(-1);
      if (first === undefined || last === undefined) return 0;
      return total(last) - (first.startedAt >= since ? 0 : total(first));
    })
    .reduce((sum, each) => sum + each, 0);
}
