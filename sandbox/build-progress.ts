import { setTimeout as sleep } from 'node:timers/promises';
import type Docker from 'dockerode';
import { withDockerTimeout } from './docker.js';
import { SandboxUnavailableError } from './errors.js';

const lookEveryMs = 2000;
const defaultStalledMs = 5 * 60_000;
/** Of one that runs, where the engine does not tell what it uses. */
const unseenMs = 60 * 60_000;
/** A compiler that is in a loop uses processor time, too. */
const maxCpuMs = 60 * 60_000;
/** Less is none: an engine's own work in a container. */
const minCpuMs = 50;

export interface BuildProgress {
  /** It has begun another step. */
  advanced(): void;
}

/**
 * Waits for a container that builds, for as long as it makes progress: it begins a step, or uses processor time. On a
 * busy host a build may take an hour; a clock would throw it away, and the next one would take as long.
 * @param stalledMs without progress after which it is given up.
 * @throws SandboxUnavailableError when it makes none; what `ended` rejects with.
 */
export async function whileProgressing<Result>(
  container: Docker.Container,
  wait: (progress: BuildProgress) => Promise<Result>,
  stalledMs = defaultStalledMs,
): Promise<Result> {
  let advancedAt = performance.now();
  const ended = wait({
    advanced: () => {
      advancedAt = performance.now();
    },
  }).then((result) => ({ result }));
  // What it rejects with is thrown below, where the race is looked at.
  ended.catch(() => undefined);
  let countedMs = 0;
  for (;;) {
    const done = await Promise.race([ended, sleep(Math.min(lookEveryMs, stalledMs), undefined)]);
    if (done !== undefined) return done.result;
    const cpuMs = await cpuOf(container);
    if (cpuMs !== undefined && cpuMs - countedMs >= minCpuMs) {
      countedMs = cpuMs;
      advancedAt = performance.now();
    }
    const idleMs = performance.now() - advancedAt;
    const isStalled = idleMs > (cpuMs === undefined ? Math.max(stalledMs, unseenMs) : stalledMs);
    if (isStalled || (cpuMs ?? 0) > maxCpuMs) throw givenUp(container, isStalled ? idleMs : undefined);
  }
}

/** @returns 0 for one that does not run; undefined where the engine does not say. */
async function cpuOf(container: Docker.Container): Promise<number | undefined> {
  try {
    const { State } = await withDockerTimeout(container.inspect(), 'inspect the build', lookTimeoutMs);
    if (!State.Running) return 0;
    const stats = await withDockerTimeout(
      container.stats({ stream: false, 'one-shot': true }),
      'look at the build',
      lookTimeoutMs,
    );
    const usedNs: unknown = stats.cpu_stats?.cpu_usage?.total_usage;
    return typeof usedNs === 'number' && usedNs > 0 ? usedNs / 1e6 : undefined;
  } catch {
    return undefined;
  }
}

const lookTimeoutMs = 30_000;

function givenUp({ id }: Docker.Container, idleMs: number | undefined): SandboxUnavailableError {
  const why =
    idleMs === undefined
      ? `has used ${maxCpuMs / 60_000} min of processor time`
      : `has made no progress for ${Math.round(idleMs / 1000)} s`;
  return new SandboxUnavailableError(
    `the build of the warm image ${why}. It is tried again, and goes on where it was. ` +
      `See what it does: docker top ${id}`,
  );
}
