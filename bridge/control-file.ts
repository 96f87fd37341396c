import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { BridgeControl } from '../domain/cutover/bridge-control.js';
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
        const parsed = bridgeControlSchema.safeParse(JSON.parse(readFileSync(path, 'utf8')));
        return parsed.success ? (parsed.data as BridgeControl) : undefined;
      } catch {
        // None yet, or torn by a crash of the machine: the environment's setting holds.
        return undefined;
      }
    },
    write(control) {
      mkdirSync(dirname(path), { recursive: true });
      const next = `${path}.${process.pid}`;
      writeFileSync(next, `${JSON.stringify(control)}\n`, { flush: true });
      renameSync(next, path);
    },
  };
}
