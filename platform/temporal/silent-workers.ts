import type { ListedWorker } from './worker-list.js';

/** Six of a worker's heartbeats. */
const silentAfterMs = 60_000;
/** By then its gradings have gone to other hosts, and a host that was taken away is not missed. */
const forgottenAfterMs = 1_800_000;

/** Workers that were heard from until lately and did not say that they stop. By their own clocks: nobody else notes the time. */
export function silentWorkers(listed: readonly ListedWorker[], now: Date): readonly ListedWorker[] {
  return listed.filter(({ hasStopped, seenAt }) => {
    const silentMs = now.getTime() - seenAt.getTime();
    return !hasStopped && silentMs > silentAfterMs && silentMs < forgottenAfterMs;
  });
}

export function describeSilent({ hostQueue, seenAt }: ListedWorker): string {
  return `${hostQueue} was last heard from at ${seenAt.toISOString().slice(11, 19)}Z: frozen, killed, cut off, or its clock is wrong`;
}
