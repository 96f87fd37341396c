/** Limits the sandbox enforces on one command. */
export interface ExecutionLimits {
  /** Judged time: wall time minus run-queue wait. Past it the command is killed as timed out. */
  readonly timeMs: number;
  /** Hard wall stop. Reached before its time is up, the host gave the command no core: it is run again. */
  readonly wallMs: number;
  readonly memoryKb: number;
  /** Captured stdout; one byte more ends the command. */
  readonly stdoutBytes: number;
  /** Captured stderr; the rest is dropped and the command goes on. */
  readonly stderrBytes: number;
  readonly fileBytes: number;
  readonly processes: number;
  /** Processor time of each of its processes, whole seconds; past it SIGXCPU ends that one. Default: no limit. */
  readonly cpuSeconds?: number;
}

/** One command in a leased container. */
export interface ExecutionRequest {
  readonly argv: readonly string[];
  readonly stdin: Uint8Array;
  readonly limits: ExecutionLimits;
  /**
   * Removes what earlier commands left in /tmp and shared memory first.
   * The work area is kept, and once it was sealed, only what was sealed.
   */
  readonly freshTmp?: boolean;
  /** After exit code 0: what the work area holds is kept as it is, whatever later commands do. */
  readonly sealWorkArea?: boolean;
}

/** Why the sandbox ended a command; the first cause wins. */
export type ExecutionEnd = 'exited' | 'signaled' | 'time-limit' | 'output-limit' | 'memory-limit';

/** What the runner observed of one command. */
export interface ExecutionOutcome {
  readonly end: ExecutionEnd;
  /** Exit code, or null when a signal ended the command. */
  readonly exitCode: number | null;
  readonly signal: number | null;
  /** Wall time, CPU time of the whole tree, and time the program was runnable without a core; ms. */
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly waitMs: number;
  /** The time the verdict is made on: wall − wait where that is honest (architecture §4). */
  readonly judgedMs: number;
  /** Peak resident set of the largest process, as GNU time reports it. */
  readonly peakMemoryKb: number;
  readonly stdout: Uint8Array;
  readonly stderr: Uint8Array;
  readonly stderrTruncated: boolean;
}
