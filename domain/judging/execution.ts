/** Limits the sandbox enforces on one command. */
export interface ExecutionLimits {
  /** Judged time: wall time minus run-queue wait. Past it the command is killed as timed out. */
  readonly timeMs: number;
  /** Hard wall limit. A command that reaches it before its time limit got no core from the host and runs again. */
  readonly wallMs: number;
  readonly memoryKb: number;
  /** Captured stdout; one byte more stops the command. */
  readonly stdoutBytes: number;
  /** Captured stderr; the rest is dropped and the command continues. */
  readonly stderrBytes: number;
  readonly fileBytes: number;
  readonly processes: number;
  /** CPU time of each of its processes, whole seconds; past it SIGXCPU ends that process. Default: no limit. */
  readonly cpuSeconds?: number;
}

/** One command in a leased container. */
export interface ExecutionRequest {
  readonly argv: readonly string[];
  readonly stdin: Uint8Array;
  readonly limits: ExecutionLimits;
  /**
   * First removes what earlier commands left in /tmp and shared memory. The work area is kept; once sealed, only what
   * was sealed is kept.
   */
  readonly freshTmp?: boolean;
  /** After exit code 0, seals the work area: later commands cannot change it. */
  readonly sealWorkArea?: boolean;
  /** What is sealed has `input.txt` and `output.txt`, too: links to the streams of later commands. */
  readonly namesStreams?: boolean;
}

/** Why the sandbox ended a command; the first cause wins. */
export type ExecutionEnd = 'exited' | 'signaled' | 'time-limit' | 'output-limit' | 'memory-limit';

/** What the runner observed about one command. */
export interface ExecutionOutcome {
  readonly end: ExecutionEnd;
  /** Exit code, or null when a signal ended the command. */
  readonly exitCode: number | null;
  readonly signal: number | null;
  /** Wall time, CPU time of the whole tree, and time the program was runnable without a core; ms. */
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly waitMs: number;
  /** The time the verdict uses: wall − wait, where the wait is reliable (docs/architecture.md, The sandbox). */
  readonly judgedMs: number;
  /** Peak resident set of the largest process, as GNU time reports it, or what all together held, where that was more. */
  readonly peakMemoryKb: number;
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
  readonly stderrTruncated: boolean;
}
