import { randomUUID } from 'node:crypto';
import { readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Nobody writes a file for so long: what is older was left by a crash. */
const leftoverAfterMs = 3_600_000;

/**
 * Replaces a file as a whole or not at all, readable by its owner alone; it is on disk on return. Others may replace the
 * same file meanwhile, also from containers that share a volume, where every process has the number 1: so the name of
 * what is being written is nobody else's. @throws Error of the file system.
 */
export function replaceFile(path: string, text: string): void {
  const directory = dirname(path);
  removeLeftovers(directory, `${basename(path)}.next-`);
  const next = `${path}.next-${randomUUID()}`;
  try {
    writeFileSync(next, text, { flush: true, flag: 'wx', mode: 0o600 });
    renameSync(next, path);
  } catch (error) {
    rmSync(next, { force: true });
    throw error;
  }
}

function removeLeftovers(directory: string, prefix: string): void {
  for (const name of readdirSync(directory).filter((each) => each.startsWith(prefix))) {
    const path = join(directory, name);
    const writtenAt = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
    if (Date.now() - writtenAt > leftoverAfterMs) rmSync(path, { force: true });
  }
}
