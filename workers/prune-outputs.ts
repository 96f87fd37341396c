/**
 * Bounds what outputs on their way take on the disk: by age, and by size all together.
 *
 * A grading runs its tests for at most GRADING_DEADLINE, and then records what they printed. Outputs that young, and an
 * hour older, are never removed, whatever their size. The others go after a day, and sooner, the oldest first, where
 * all take more than 1 GiB. An output is as young as its last use as the result of a test. A grading that is kept from
 * recording for longer than that loses no verdict: tests whose output is gone are run again.
 */
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { hasErrorCode } from '../domain/errors/error-code.js';
import type { Logger } from '../platform/process/logger.js';

export interface PruningOptions {
  readonly directory: string;
  readonly gradingDeadlineMs: number;
  readonly log: Logger;
  readonly everyMs?: number;
  readonly maxBytes?: number;
}

export interface Pruning {
  close(): Promise<void>;
}

const tenMinutesMs = 600_000;
const hourMs = 3_600_000;
const dayMs = 86_400_000;
const gibibyte = 2 ** 30;

/** Prunes once, then every ten minutes. @throws Error where the directory cannot be used at the start. */
export async function startPruning(options: PruningOptions): Promise<Pruning> {
  const { directory, gradingDeadlineMs, log, everyMs = tenMinutesMs, maxBytes = gibibyte } = options;
  const neededMs = gradingDeadlineMs + hourMs;
  const prune = async (): Promise<void> => {
    const { removed, bytes } = await pruneOutputs(directory, { now: Date.now(), neededMs, maxBytes });
    if (removed > 0) log.info({ removed, bytes }, 'old outputs removed');
    if (bytes > maxBytes)
      log.warn({ bytes, maxBytes }, 'outputs that gradings may still need take more disk');
  };
  await prune();
  let running: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    running = running.then(prune).catch((err: unknown) => {
      log.warn({ err, directory }, 'old outputs cannot be removed');
    });
  }, everyMs);
  timer.unref();
  return {
    close() {
      clearInterval(timer);
      return running;
    },
  };
}

export interface PruneBounds {
  readonly now: number;
  /** Younger ones may be needed by a running grading. */
  readonly neededMs: number;
  readonly maxBytes: number;
}

/** @returns how many files went, and what those that stay take. */
export async function pruneOutputs(
  directory: string,
  { now, neededMs, maxBytes }: PruneBounds,
): Promise<{ readonly removed: number; readonly bytes: number }> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const files = (await outputsIn(directory)).toSorted((a, b) => a.usedAt - b.usedAt);
  let bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  let removed = 0;
  for (const file of files) {
    const ageMs = now - file.usedAt;
    if (ageMs <= neededMs) break;
    if (ageMs <= dayMs && bytes <= maxBytes) break;
    await rm(file.path, { force: true });
    bytes -= file.bytes;
    removed += 1;
  }
  return { removed, bytes };
}

interface OutputFile {
  readonly path: string;
  readonly usedAt: number;
  readonly bytes: number;
}

async function outputsIn(directory: string): Promise<OutputFile[]> {
  const files: OutputFile[] = [];
  for (const name of await readdir(directory)) {
    const path = join(directory, name);
    try {
      const { mtimeMs, size } = await stat(path);
      files.push({ path, usedAt: mtimeMs, bytes: size });
    } catch (error) {
      // Another worker on this host was faster.
      if (!hasErrorCode(error, 'ENOENT')) throw error;
    }
  }
  return files;
}
