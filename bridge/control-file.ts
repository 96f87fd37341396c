import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { geteuid } from 'node:process';
import type { BridgeControl } from '../domain/cutover/bridge-control.js';
import { replaceFile } from '../platform/process/replace-file.js';
import { bridgeControlSchema } from '../platform/temporal/bridge-control-store.js';

/** The setting a bridge last obeyed, so that it starts with it while Temporal is down. */
export interface ControlFile {
  read(): BridgeControl | undefined;
  /** On disk when it returns, as a whole or not at all. @throws Error of the file system. */
  write(control: BridgeControl): void;
}

/** One file for each queue of each namespace. */
export function openControlFile(directory: string, namespace: string, queue: string): ControlFile {
  const key = createHash('sha256').update(`${namespace}\n${queue}`).digest('hex').slice(0, 16);
  const path = join(directory, `bridge-control-${key}.json`);
  return {
    read() {
      try {
        const parsed = bridgeControlSchema.safeParse(JSON.parse(readOwn(path)));
        return parsed.success ? (parsed.data as BridgeControl) : undefined;
      } catch {
        // None yet, torn by a crash of the machine, or none of ours: the environment's setting holds.
        return undefined;
      }
    },
    write(control) {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      replaceFile(path, `${JSON.stringify(control)}\n`);
    },
  };
}

/** @throws Error where it is missing, a link, no file, or somebody else's. */
function readOwn(path: string): string {
  // Nonblocking: a pipe would be waited for.
  const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const found = fstatSync(file);
    if (!found.isFile() || (geteuid !== undefined && found.uid !== geteuid())) {
      throw new Error(`${path} is no file of this user's`);
    }
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
}
