import { readFileSync } from 'node:fs';
import type { RootAccess } from './command.js';
import { prefixed, runCommand, serviceEnvironment } from './command.js';

/** Mount points at or below the directories, innermost first. */
export function mountsBelow(directories: readonly string[], mountinfo = readMountinfo()): readonly string[] {
  return mountinfo
    .split('\n')
    .map((line) => fromOctal(line.split(' ')[4] ?? ''))
    .filter((point) =>
      directories.some((directory) => point === directory || point.startsWith(`${directory}/`)),
    )
    .reverse();
}

/** Unmounts them all; a busy one is detached. */
export async function unmountBelow(directories: readonly string[], root: RootAccess): Promise<void> {
  for (const point of mountsBelow(directories)) {
    const umount = prefixed(root.prefix, ['umount', '--lazy', point]);
    await runCommand(umount, { environment: serviceEnvironment({}) });
  }
}

function readMountinfo(): string {
  return readFileSync('/proc/self/mountinfo', 'utf8');
}

/** The kernel writes blanks and the like in octal. */
function fromOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_whole, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  );
}
