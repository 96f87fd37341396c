import { readdirSync, readFileSync } from 'node:fs';

/** A process that cannot be mistaken for a later one with the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Start time since boot in clock ticks: field 22 of /proc/<pid>/stat. */
  readonly startTicks: number;
}

/** @returns undefined when there is no such process, or only its parent has yet to notice its end. */
export function identifyProcess(pid: number): ProcessIdentity | undefined {
  const stat = readStat(pid);
  return stat?.isRunning ? { pid, startTicks: stat.startTicks } : undefined;
}

export function isAlive(identity: ProcessIdentity): boolean {
  return identifyProcess(identity.pid)?.startTicks === identity.startTicks;
}

/** All descendants of a process and all members of its session, itself left out. */
export function processFamily(pid: number): readonly ProcessIdentity[] {
  const all = readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .flatMap((entry) => readStat(Number(entry)) ?? [])
    .filter(({ isRunning }) => isRunning);
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
  readonly isRunning: boolean;
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

/**
 * The command's name stands in brackets and may itself hold blanks and brackets: fields are counted after the last.
 * A zombie whose other threads have yet to end still runs: it holds its ports and files (proc_pid_stat(5), fields 3 and
 * 20).
 */
export function parseStat(pid: number, stat: string): ProcessStat {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return {
    pid,
    isRunning: fields[0] !== 'Z' || Number(fields[17]) > 1,
    parent: Number(fields[1]),
    session: Number(fields[3]),
    startTicks: Number(fields[19]),
  };
}
