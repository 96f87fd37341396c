import type { ListedWorker } from './worker-list.js';

/** Six of a worker's heartbeats. */
const silentAfterMs = 60_000;
/** By then its gradings have gone to other hosts, and a host that was taken away is not missed. */
const forgottenAfterMs = 1_800_000;

/**
 * Of those that did not say that they stop: the current ones, and those that were heard from until lately. By their own
 * clocks: nobody else notes the time.
 */
export function heardFrom(
  listed: readonly ListedWorker[],
  now: Date,
): { readonly current: readonly ListedWorker[]; readonly silent: readonly ListedWorker[] } {
  const running = listed.filter(({ hasStopped }) => !hasStopped);
  const silentMs = ({ seenAt }: ListedWorker) => now.getTime() - seenAt.getTime();
  return {
    current: running.filter((worker) => silentMs(worker) <= silentAfterMs),
    silent: running.filter(
      (worker) => silentMs(worker) > silentAfterMs && silentMs(worker) < forgottenAfterMs,
    ),
  };
}

export function describeSilent({ hostQueue, seenAt }: ListedWorker): string {
  return `${hostQueue} was last heard from at ${seenAt.toISOString().slice(11, 19)}Z: frozen, killed, cut off, or its clock is wrong`;
}
