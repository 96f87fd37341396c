import type { Poller } from './pollers.js';

/**
 * The name under which a worker polls, also shown in the web UI: its host's queue first, so that whoever lists the
 * pollers of a shared queue knows the hosts.
 */
export function workerIdentity(hostQueue: string, pid: number, machine: string): string {
  return `${hostQueue} ${pid}@${machine}`;
}

/** The queues of the hosts that poll, each once; workers of other names are left out. */
export function hostQueuesOf(pollers: readonly Pick<Poller, 'identity'>[]): readonly string[] {
  const queues = pollers.flatMap(({ identity }) => /^(grading-host-\S+) /.exec(identity)?.[1] ?? []);
  return [...new Set(queues)].sort();
}
