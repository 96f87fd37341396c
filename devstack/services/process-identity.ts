import { readdirSync, readFileSync } from 'node:fs';

/** A process that cannot be mistaken for a later one with the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Start time since boot in clock ticks: field 22 of /proc/<pid>/stat. */
  readonly startTicks: number;
}

/** @returns undefined when there is no such process (a zombie counts as none). */
export function identifyProcess(pid: number): ProcessIdentity | undefined {
  const stat = readStat(pid);
  return stat && stat.state !== 'Z' ? { pid, startTicks: stat.startTicks } : undefined;
}

export function isAlive(identity: ProcessIdentity): boolean {
  return identifyProcess(identity.pid)?.startTicks === identity.startTicks;
}

/** All descendants of a process and all members of its session, itself left out. */
export function processFamily(pid: number): readonly ProcessIdentity[] {
  const all = readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((entry) => readStat(Number(entry)) ?? [])
    .filter(({ state }) => state !== 'Z');
  const family = new Map<number, ProcessIdentity>();
  const queue = [pid];
  for (let parent = queue.pop(); parent !== undefined; parent = queue.pop()) {
    for (const stat of all) {
      const isMember = stat.parent === parent || (parent === pid && stat.session === pid);
      if (!isMember || stat.pid === pid || family.has(stat.pid)) continue;
      family.set(stat.pid, { pid: stat.pid, startTicks: stat.startTicks });
      queue.push(stat.pid);
    }
  }
  return [...family.values()];
}

interface ProcessStat extends ProcessIdentity {
  readonly state: string;
  readonly parent: number;
  readonly session: number;
}

function readStat(pid: number): ProcessStat | undefined {
  try {
    return parseStat(pid, readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return undefined;
  }
}

/** The command's name stands in brackets and may itself hold blanks and brackets: fields are counted after the last. */
export function parseStat(pid: number, stat: string): ProcessStat {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return {
    pid,
    state: fields[0] ?? '',
    parent: Number(fields[1]),
    session: Number(fields[3]),
    startTicks: Number(fields[19]),
  };
}
