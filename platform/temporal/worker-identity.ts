import type { Poller } from './pollers.js';

/**
 * The name under which a worker polls, also shown in the web UI. It starts with the host queue, so a list of a shared
 * queue's pollers shows the hosts.
 */
export function workerIdentity(hostQueue: string, pid: number, machine: string): string {
  return `${hostQueue} ${pid}@${machine}`;
}

/** The host queues among these pollers, each once; other names are ignored. */
export function hostQueuesOf(pollers: readonly Pick<Poller, 'identity'>[]): readonly string[] {
  const queues = pollers.flatMap(({ identity }) => /^(grading-host-\S+) /.exec(identity)?.[1] ?? []);
  return [...new Set(queues)].sort();
}
