import { randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';

/** The worker process a container belongs to, as its labels tell. */
export interface Owner {
  readonly hostId: string;
  readonly pid: number;
  /** Start time of the process in clock ticks since boot: tells it from a later one with its number. */
  readonly processStart: string;
  readonly bootId: string;
  readonly pidNamespace: string;
  /** Tells apart several pools of one process. */
  readonly poolId: string;
}

const prefix = 'temporal-grading-engine';
export const ownerLabel = `${prefix}.owner`;

export function currentOwner(hostId: string): Owner {
  return {
    hostId,
    pid: process.pid,
    processStart: processStart(process.pid) ?? '',
    bootId: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
    pidNamespace: readlinkSync('/proc/self/ns/pid'),
    poolId: randomBytes(6).toString('hex'),
  };
}

export function ownerLabels(owner: Owner): Record<string, string> {
  return {
    [ownerLabel]: owner.hostId,
    [`${prefix}.pid`]: String(owner.pid),
    [`${prefix}.process-start`]: owner.processStart,
    [`${prefix}.boot`]: owner.bootId,
    [`${prefix}.pid-namespace`]: owner.pidNamespace,
    [`${prefix}.pool`]: owner.poolId,
  };
}

/**
 * What an image made of an owned container gets: its containers inherit the image's labels, and would pass for
 * containers of the image's maker.
 */
export const noOwnerLabels: Readonly<Record<string, string>> = Object.fromEntries(
  ['owner', 'pid', 'process-start', 'boot', 'pid-namespace', 'pool'].map((name) => [`${prefix}.${name}`, '']),
);

/** @returns undefined where the labels are not those of a container of ours. */
export function ownerFromLabels(labels: Readonly<Record<string, string>>): Owner | undefined {
  const hostId = labels[ownerLabel];
  if (hostId === undefined || hostId === '') return undefined;
  return {
    hostId,
    pid: Number(labels[`${prefix}.pid`] ?? 0),
    processStart: labels[`${prefix}.process-start`] ?? '',
    bootId: labels[`${prefix}.boot`] ?? '',
    pidNamespace: labels[`${prefix}.pid-namespace`] ?? '',
    poolId: labels[`${prefix}.pool`] ?? '',
  };
}

/**
 * Whether an owner is known to be gone. Only processes of the same boot and pid namespace can be looked up; of any
 * other, only an earlier life of this very host id is certainly over.
 */
export function isDeadOwner(
  owner: Owner,
  self: Owner,
  startOf: (pid: number) => string | undefined = processStart,
): boolean {
  if (owner.bootId === self.bootId && owner.pidNamespace === self.pidNamespace) {
    return startOf(owner.pid) !== owner.processStart;
  }
  return owner.hostId === self.hostId;
}

/** Field 22 of /proc/<pid>/stat, or undefined when no such process lives. */
function processStart(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name, in brackets, may hold blanks and brackets itself.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}
