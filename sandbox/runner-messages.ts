import type { ExecutionEnd, ExecutionOutcome, ExecutionRequest } from '../domain/judging/execution.js';
import { RunnerFailedError } from './errors.js';

/** Kernel sources of evidence a container offers, and whether a program is kept from them (runner/measure.h). */
export interface RunnerSources {
  /** Without it the wait for a core is unknown, and wall time is judged. */
  readonly schedstat: boolean;
  readonly cpuUsage: boolean;
  /** Without it a kill by memory cannot be told from another SIGKILL. */
  readonly oomCounter: boolean;
  readonly pidsCounter: boolean;
  /** Without it a program can read of the runner and of earlier programs, and so when it is looked at. */
  readonly hiding: boolean;
}

/** A runner's outcome: the domain's, and what the pool wants to know besides. */
export interface RunnerOutcome {
  readonly outcome: ExecutionOutcome;
  readonly aborted: boolean;
  /** Stopped by the clock before its time was up: the host had no core for it. */
  readonly starved: boolean;
  readonly processesRefused: boolean;
  /** Held by files in the container, which count in its memory. */
  readonly fileBytes: number;
}

const runFixedBytes = 41;
const outcomeFixedBytes = 66;
const ends: readonly (ExecutionEnd | undefined)[] = [
  undefined,
  'exited',
  'signaled',
  'time-limit',
  'output-limit',
  'memory-limit',
];
const abortedEnd = 6;
const starvedEnd = 7;
const noExitCode = 0xffff_ffff;

/** @throws RangeError for a NUL in an argument, which no command line can carry. */
export function encodeRun(request: ExecutionRequest): Uint8Array[] {
  if (request.argv.length === 0 || request.argv.some((argument) => argument.includes('\0'))) {
    throw new RangeError('a command needs arguments, and none with a NUL');
  }
  const argv = Buffer.from(request.argv.map((argument) => `${argument}\0`).join(''));
  const { limits } = request;
  const fixed = Buffer.alloc(runFixedBytes);
  fixed.writeUInt32BE(Math.round(limits.timeMs), 0);
  fixed.writeUInt32BE(Math.round(limits.wallMs), 4);
  fixed.writeUInt32BE(limits.stdoutBytes, 8);
  fixed.writeUInt32BE(limits.stderrBytes, 12);
  fixed.writeBigUInt64BE(BigInt(limits.fileBytes), 16);
  fixed.writeUInt32BE(limits.processes, 24);
  fixed.writeUInt32BE(limits.cpuSeconds ?? 0, 28);
  fixed.writeUInt8(runFlags(request), 32);
  fixed.writeUInt32BE(argv.length, 33);
  fixed.writeUInt32BE(request.stdin.length, 37);
  return [fixed, argv, request.stdin];
}

function runFlags({ freshTmp, sealWorkArea, namesStreams }: ExecutionRequest): number {
  const flags = [freshTmp, sealWorkArea, namesStreams];
  return flags.reduce((sum, flag, index) => sum + (flag === true ? 2 ** index : 0), 0);
}

export function encodeWrite(name: string, content: Uint8Array): Uint8Array[] {
  const bytes = Buffer.from(name);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(bytes.length, 0);
  return [length, bytes, content];
}

/** @throws RunnerFailedError when the payload is no outcome. */
export function decodeOutcome(payload: Uint8Array): RunnerOutcome {
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.length);
  if (bytes.length < outcomeFixedBytes) throw malformed(bytes);
  const endCode = bytes.readUInt8(0);
  const flags = bytes.readUInt8(1);
  const exitCode = bytes.readUInt32BE(2);
  const signal = bytes.readUInt32BE(6);
  const stdoutBytes = bytes.readUInt32BE(58);
  const stderrBytes = bytes.readUInt32BE(62);
  const aborted = endCode === abortedEnd;
  const starved = endCode === starvedEnd;
  const end = aborted || starved ? 'signaled' : ends[endCode];
  if (end === undefined || bytes.length !== outcomeFixedBytes + stdoutBytes + stderrBytes) {
    throw malformed(bytes);
  }
  return {
    aborted,
    starved,
    processesRefused: (flags & 2) !== 0,
    fileBytes: Number(bytes.readBigUInt64BE(50)),
    outcome: {
      end,
      exitCode: exitCode === noExitCode ? null : exitCode,
      signal: signal === 0 ? null : signal,
      wallMs: milliseconds(bytes, 10),
      cpuMs: milliseconds(bytes, 18),
      waitMs: milliseconds(bytes, 26),
      judgedMs: milliseconds(bytes, 34),
      peakMemoryKb: Number(bytes.readBigUInt64BE(42)),
      stdout: bytes.subarray(outcomeFixedBytes, outcomeFixedBytes + stdoutBytes),
      stderr: bytes.subarray(outcomeFixedBytes + stdoutBytes),
      stderrTruncated: (flags & 1) !== 0,
    },
  };
}

export function decodeHello(payload: Uint8Array): RunnerSources {
  if (payload.length < 8) throw malformed(payload);
  const sources = payload[3] ?? 0;
  return {
    schedstat: (sources & 1) !== 0,
    cpuUsage: (sources & 2) !== 0,
    oomCounter: (sources & 4) !== 0,
    pidsCounter: (sources & 8) !== 0,
    hiding: (sources & 16) !== 0,
  };
}

function milliseconds(bytes: Buffer, offset: number): number {
  return Number(bytes.readBigUInt64BE(offset)) / 1000;
}

function malformed(payload: Uint8Array): RunnerFailedError {
  const start = Buffer.from(payload.subarray(0, 80)).toString('hex');
  return new RunnerFailedError(`malformed reply of the runner: ${start}`);
}
