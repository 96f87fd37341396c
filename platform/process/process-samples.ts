/**
 * Figures of a process over time, as lines of JSON in one file for each process, host and day. They are for
 * `grader criteria`, which must know how a day went on a host without Prometheus. Half a minute apart they come to less
 * than 2 MB a day; a week is kept. What cannot be written is logged once and missed: sampling never harms a grading.
 */
import { constants } from 'node:fs';
import { appendFile, lstat, mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { geteuid } from 'node:process';
import { z } from 'zod';
import type { ProcessSample } from '../../domain/criteria/process-sample.js';
import { hasErrorCode } from '../../domain/errors/error-code.js';
import type { Logger } from './logger.js';
import { cpuSeconds } from './metrics/process-metrics.js';
import { namedFileError } from './named-file.js';

export interface SamplingOptions {
  readonly directory: string;
  /** Whose samples they are: others of the host may write to the same directory. */
  readonly platform: string;
  readonly process: ProcessSample['process'];
  readonly host: string;
  readonly log: Logger;
  /** What only this process knows; undefined while it is not there yet. */
  readonly worker?: () => ProcessSample['worker'];
  readonly everyMs?: number;
}

export interface Sampling {
  /** Writes a last sample. */
  close(): Promise<void>;
}

const dayMs = 86_400_000;
const appendNoLink = constants.O_APPEND | constants.O_CREAT | constants.O_WRONLY | constants.O_NOFOLLOW;
const keptDays = 7;
const fileName = /^(?:worker|bridge)-.*-(\d{4}-\d\d-\d\d)\.jsonl$/;

export function startSampling(options: SamplingOptions): Sampling {
  const { directory, host, log } = options;
  const startedAt = Math.round(Date.now() - process.uptime() * 1000);
  let prunedOn = '';
  let hasFailed = false;
  let writing: Promise<void> = Promise.resolve();

  const write = async (): Promise<void> => {
    const sample = takeSample(options, startedAt);
    const today = dayOf(sample.at);
    try {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      if (prunedOn !== today) await prune(directory, sample.at);
      prunedOn = today;
      const file = join(directory, `${options.process}-${host}-${today}.jsonl`);
      await appendFile(file, `${JSON.stringify(sample)}\n`, { mode: 0o600, flag: appendNoLink });
      hasFailed = false;
    } catch (error) {
      if (!hasFailed) log.warn({ err: error, directory }, 'no samples are kept for grader criteria');
      hasFailed = true;
    }
  };
  const next = () => {
    writing = writing.then(write);
    return writing;
  };
  void next();
  const timer = setInterval(() => void next(), options.everyMs ?? 30_000);
  timer.unref();
  return {
    close() {
      clearInterval(timer);
      return next();
    },
  };
}

export interface SamplesRead {
  readonly samples: readonly ProcessSample[];
  /** Lines that are no samples, such as the last one of a process that was killed as it wrote; and files of strangers. */
  readonly unreadable: number;
}

/**
 * All samples since a time that the directories have; a directory that is missing has none.
 * @param platform those of others are left out; without it none is.
 */
export async function readSamples(
  directories: readonly string[],
  since: Date,
  platform?: string,
): Promise<SamplesRead> {
  const samples: ProcessSample[] = [];
  let unreadable = 0;
  for (const file of await filesSince(directories, since)) {
    if (!(await belongsToItsDirectory(file))) {
      unreadable += 1;
      continue;
    }
    for (const line of (await readFile(file, 'utf8')).split('\n')) {
      if (line === '') continue;
      const sample = parse(line);
      if (sample === undefined) unreadable += 1;
      else if (sample.at >= since.getTime() && isOf(platform, sample)) samples.push(sample);
    }
  }
  return { samples, unreadable };
}

function isOf(platform: string | undefined, sample: ProcessSample): boolean {
  return platform === undefined || sample.platform === undefined || sample.platform === platform;
}

function takeSample(
  { platform, host, process: name, worker }: SamplingOptions,
  startedAt: number,
): ProcessSample {
  const own = worker?.();
  return {
    platform,
    at: Date.now(),
    process: name,
    host,
    pid: process.pid,
    startedAt,
    residentBytes: process.memoryUsage.rss(),
    cpuSeconds: cpuSeconds(),
    machine: machineSeconds(),
    ...(own === undefined ? {} : { worker: own }),
  };
}

/** Of all cores since the machine started. */
function machineSeconds(): ProcessSample['machine'] {
  let idle = 0;
  let all = 0;
  for (const { times } of cpus()) {
    idle += times.idle;
    all += times.user + times.nice + times.sys + times.idle + times.irq;
  }
  return { busySeconds: (all - idle) / 1000, allSeconds: all / 1000 };
}

async function prune(directory: string, now: number): Promise<void> {
  const oldest = dayOf(now - keptDays * dayMs);
  for (const name of await readdir(directory)) {
    const day = fileName.exec(name)?.[1];
    if (day !== undefined && day < oldest) await rm(join(directory, name), { force: true });
  }
}

async function filesSince(directories: readonly string[], since: Date): Promise<string[]> {
  const files: string[] = [];
  for (const directory of directories) {
    const names = await readdir(directory).catch((error: unknown) => {
      if (hasErrorCode(error, 'ENOENT')) return [];
      throw namedFileError('read the samples in', directory, error);
    });
    for (const name of names) {
      const day = fileName.exec(name)?.[1];
      if (day !== undefined && day >= dayOf(since.getTime())) files.push(join(directory, name));
    }
  }
  return files;
}

/** Where others may write, too, one of them could have put it there. */
async function belongsToItsDirectory(file: string): Promise<boolean> {
  const [found, directory] = await Promise.all([lstat(file), stat(dirname(file))]);
  return found.isFile() && [directory.uid, geteuid?.(), 0].includes(found.uid);
}

function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

function parse(line: string): ProcessSample | undefined {
  try {
    const { worker, ...sample } = sampleSchema.parse(JSON.parse(line));
    return worker === undefined ? sample : { ...sample, worker };
  } catch {
    return undefined;
  }
}

const sampleSchema = z.object({
  platform: z.string().optional(),
  at: z.number(),
  process: z.enum(['worker', 'bridge']),
  host: z.string(),
  pid: z.number(),
  startedAt: z.number(),
  residentBytes: z.number(),
  cpuSeconds: z.number(),
  machine: z.object({ busySeconds: z.number(), allSeconds: z.number() }),
  worker: z
    .object({
      pool: z.object({
        size: z.number(),
        free: z.number(),
        leased: z.number(),
        broken: z.number(),
        canMake: z.boolean(),
      }),
      waitingToRun: z.number(),
      verdicts: z.number(),
      containers: z.object({ taken: z.number(), late: z.number(), failed: z.number() }),
      posts: z.object({ taken: z.number(), failed: z.number() }),
    })
    .optional(),
});
