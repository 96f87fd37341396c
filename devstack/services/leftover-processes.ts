import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import type { ProcessIdentity } from './process-identity.js';
import { identifyProcess } from './process-identity.js';
import { stopProcess } from './stop-process.js';

export interface NamedProcess {
  readonly identity: ProcessIdentity;
  readonly words: readonly string[];
}

/**
 * Processes with a path below one of the directories in an argument or as their home, this one left out. It finds what
 * outlived a recorded parent, and what a service started by itself: RabbitMQ, for one, replaces a port mapper that died.
 */
export function processesNaming(directories: readonly string[]): readonly NamedProcess[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid)
    .flatMap((entry) => {
      const words = readWords(entry, 'cmdline');
      const home = readWords(entry, 'environ').filter((word) => word.startsWith('HOME='));
      const isNamed = [...words, ...home].some((word) =>
        directories.some((directory) => namesBelow(word, directory)),
      );
      const identity = isNamed ? identifyProcess(Number(entry)) : undefined;
      return identity ? [{ identity, words }] : [];
    });
}

/** Processes that were given this variable with this value, and what they started in turn. */
export function processesGiven(variable: string, value: string): readonly ProcessIdentity[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid)
    .filter((entry) => readWords(entry, 'environ').includes(`${variable}=${value}`))
    .flatMap((entry) => identifyProcess(Number(entry)) ?? []);
}

/** Programs of the services; a pager or an editor that has one of our files open is left alone. */
const servicePrograms = /^(beam\.smp|epmd|postgres|temporal|dockerd|containerd.*)$/;

/** Ends the services' processes that still work on these directories although nothing recorded runs any more. */
export async function stopLeftovers(directories: readonly string[]): Promise<void> {
  for (const { identity, words } of processesNaming(directories)) {
    const program = basename(words[0] ?? '');
    if (servicePrograms.test(program))
      await stopProcess({ name: program, stopSignal: 'SIGTERM', ...identity });
  }
}

function namesBelow(word: string, directory: string): boolean {
  const at = word.indexOf(directory);
  return at >= 0 && /^($|[/"' ])/.test(word.slice(at + directory.length));
}

/** Another user's environment cannot be read; the command line can. */
function readWords(entry: string, file: 'cmdline' | 'environ'): readonly string[] {
  try {
    const content = readFileSync(`/proc/${entry}/${file}`, 'utf8');
    return content.split('\0').filter((word) => word !== '');
  } catch {
    return [];
  }
}
