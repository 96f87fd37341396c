/**
 * This host's containers, leased one submission at a time.
 *
 * Theory of operation. `acquire` waits for a clean container and binds it to a new lease; `container` gives access
 * while the lease lasts. A lease ends by `release`, after its time to live or a while without use (a frozen process that
 * wakes up finds leases whose gradings are long elsewhere), when its container is lost, or with this process. Its container then goes back to the pool, which resets or replaces it. A container that is lost ends its
 * lease at the next use (LeaseLostError).
 *
 * The reaper removes containers of dead processes at start and every minute, so that nothing outlives a SIGKILL for
 * longer than the next worker's start; the containers themselves stop at once, as their input ends.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LeasedContainer, LeasePool, Lease as LeaseTicket } from '../activities/dependencies.js';
import { Semaphore } from '../domain/concurrency/semaphore.js';
import { hostQueue } from '../domain/grading/grading-workflow.js';
import type { Reservation } from './capacity.js';
import { Capacity } from './capacity.js';
import { ContainerPool } from './container-pool.js';
import type { DockerAddress } from './docker.js';
import { connectDocker, dockerStatus, sandboxUnavailable } from './docker.js';
import { LeaseLostError, SandboxError } from './errors.js';
import { Lease } from './leased-container.js';
import type { Logger } from './logger.js';
import { missingSources } from './missing-sources.js';
import { currentOwner, ownerLabels } from './owner.js';
import { pruneWarmImages } from './prune-images.js';
import { reapContainers } from './reaper.js';
import type { RunnerSources } from './runner-messages.js';
import { SandboxContainer } from './sandbox-container.js';
import { ensureWarmImage } from './warm-image.js';

const defaultLeaseTtlMs = 30 * 60_000;
/** A longer timer would fire at once. */
const maxTimerMs = 2 ** 31 - 1;
const defaultLeaseIdleMs = 2 * 60_000;
const reapEveryMs = 60_000;
const closeDeadlineMs = 9000;
/** Of it, for the pool; the rest is for another attempt at what Docker has not removed by then. */
const closePoolMs = 6000;
/** Far longer than from a warm image to the first container of it, on a busy host too. */
const newImagesKeptMs = 60 * 60_000;

export interface SandboxOptions {
  readonly docker: DockerAddress;
  /** The platform's sandbox image (contract §1, DOCKER_IMAGE). */
  readonly image: string;
  /** Docker runtime of the containers (SANDBOX_RUNTIME); Docker's own where absent. */
  readonly runtime?: string | undefined;
  /** Sets of flags C++ programs are compiled with: headers stand precompiled for each. Default: none. */
  readonly cppFlagSets?: readonly (readonly string[])[];
  /** Superseded warm images are removed when they are so old. Default: an hour. */
  readonly newImagesKeptMs?: number;
  /** Containers kept (CONTAINER_POOL_SIZE). */
  readonly poolSize: number;
  /** Names this worker process; unique among the workers that share a Docker engine. */
  readonly hostId: string;
  /** Commands that may run at a time on this host. */
  readonly cores: number;
  /** A lease that is not released ends after this long; default 30 minutes. */
  readonly leaseTtlMs?: number;
  /** A lease on which nothing runs or waits ends after this long: its grading has gone on elsewhere. Default 2 minutes. */
  readonly leaseIdleMs?: number;
  readonly log: Logger;
}

export interface SandboxStats {
  readonly poolSize: number;
  readonly alive: number;
  readonly idle: number;
  /** Out with a grading; a container that is being reset is neither this nor idle. */
  readonly held: number;
  /** Taken out of the pool since the start: worn, tainted, not reset, or lost. */
  readonly replaced: number;
  /** Commands that may run at a time. */
  readonly runSlots: number;
  readonly leases: number;
  readonly reservations: number;
  readonly free: number;
  readonly running: number;
  readonly waitingToRun: number;
  /** Why no container can be made; undefined while Docker works. */
  readonly unavailableReason: string | undefined;
  /** What is made before a container can be; undefined where nothing is missing. */
  readonly preparing: string | undefined;
  /** Whether a container has been made since the start: before, nothing can be graded. */
  readonly hasMadeContainer: boolean;
  /** What the kernel offers here; undefined until the first container answers. */
  readonly sources: RunnerSources | undefined;
}

export interface Sandbox extends LeasePool {
  /** Containers that may be held at all. */
  readonly capacity: number;
  /** Waits for the right to one container; `acquire` makes a lease of it. Rejects with the signal's reason. */
  reserve(signal: AbortSignal): Promise<Reservation>;
  tryReserve(): Reservation | undefined;
  stats(): SandboxStats;
  /** Ends all leases as lost: for a host that leaves. */
  endLeases(): Promise<void>;
  /** Ends all leases and removes all containers, within 10 s. */
  close(): Promise<void>;
}

/** Does not wait for Docker: containers are made in the background, and `acquire` waits for them. */
export function createSandbox(options: SandboxOptions): Promise<Sandbox> {
  const sandbox = new DockerSandbox(options);
  sandbox.open();
  return Promise.resolve(sandbox);
}

class DockerSandbox implements Sandbox {
  readonly hostQueue: string;
  readonly capacity: number;
  readonly #options: SandboxOptions;
  readonly #docker;
  readonly #owner;
  readonly #pool: ContainerPool;
  readonly #accounts = new Capacity();
  readonly #cores: Semaphore;
  readonly #leases = new Map<string, { lease: Lease; timer: NodeJS.Timeout }>();
  #image: Promise<string> | undefined;
  #preparing: string | undefined;
  #sources: RunnerSources | undefined;
  #reapTimer: NodeJS.Timeout | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: SandboxOptions) {
    this.#options = options;
    this.hostQueue = hostQueue(options.hostId);
    this.capacity = options.poolSize;
    this.#docker = connectDocker(options.docker);
    this.#owner = currentOwner(options.hostId);
    this.#cores = new Semaphore(options.cores);
    this.#pool = new ContainerPool({
      size: options.poolSize,
      make: () => this.#makeContainer(),
      explain: (error) => sandboxUnavailable(error, options.docker),
      onUsable: (count) => this.#accounts.setUsable(count),
      log: options.log,
    });
  }

  open(): void {
    this.#pool.open();
    const reap = () => void this.#reap((id) => this.#pool.has(id));
    reap();
    this.#reapTimer = setInterval(reap, reapEveryMs);
    this.#reapTimer.unref();
  }

  async acquire({
    submissionId,
    signal,
    extraMs = 0,
  }: {
    submissionId: number;
    signal: AbortSignal;
    extraMs?: number;
  }): Promise<LeaseTicket> {
    const container = await this.#pool.take(signal).catch((error: unknown) => {
      throw this.#whyNone() ?? error;
    });
    this.#accounts.leaseTaken();
    const leaseId = randomUUID();
    const ttlMs = Math.min(maxTimerMs, (this.#options.leaseTtlMs ?? defaultLeaseTtlMs) + extraMs);
    const idleMs = this.#options.leaseIdleMs ?? defaultLeaseIdleMs;
    const expire = (why: string) => {
      this.#options.log.warn({ leaseId, submissionId }, `lease expired: ${why}`);
      void this.#end(leaseId, new LeaseLostError(`the lease expired: ${why}`));
    };
    const timer = setTimeout(() => expire(`it is ${ttlMs} ms old`), ttlMs);
    timer.unref();
    const lease = new Lease(container, this.#cores, {
      ms: idleMs,
      onReached: () => expire(`nothing was run for ${idleMs} ms`),
    });
    this.#leases.set(leaseId, { lease, timer });
    return { leaseId, containerId: container.id };
  }

  container(leaseId: string): LeasedContainer {
    const lease = this.#leases.get(leaseId)?.lease;
    if (lease === undefined) throw new LeaseLostError('this host holds no such lease: it ended or expired');
    if (lease.lost === undefined) return lease;
    void this.#end(leaseId, lease.lost);
    throw lease.lost;
  }

  release(leaseId: string): Promise<void> {
    return this.#end(leaseId, new LeaseLostError('the lease was released'));
  }

  async endLeases(): Promise<void> {
    const reason = new LeaseLostError('its host is shutting down');
    await Promise.all([...this.#leases.keys()].map((leaseId) => this.#end(leaseId, reason)));
  }

  reserve(signal: AbortSignal): Promise<Reservation> {
    return this.#accounts.reserve(signal);
  }

  tryReserve(): Reservation | undefined {
    return this.#accounts.tryReserve();
  }

  stats(): SandboxStats {
    return {
      poolSize: this.capacity,
      alive: this.#pool.alive,
      idle: this.#pool.idle,
      held: this.#leases.size,
      replaced: this.#pool.replaced,
      runSlots: this.#options.cores,
      leases: this.#accounts.leases,
      reservations: this.#accounts.reservations,
      free: this.#accounts.free,
      running: this.#cores.inside,
      waitingToRun: this.#cores.waiting,
      unavailableReason:
        this.#pool.unavailableReason ?? (this.#preparing === undefined ? this.#pool.slowReason : undefined),
      preparing: this.#preparing,
      hasMadeContainer: this.#pool.hasMade,
      sources: this.#sources,
    };
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #end(leaseId: string, reason: LeaseLostError): Promise<void> {
    const held = this.#leases.get(leaseId);
    if (held === undefined) return;
    this.#leases.delete(leaseId);
    clearTimeout(held.timer);
    await held.lease.finish(reason);
    await this.#pool.giveBack(held.lease.container);
    this.#accounts.leaseReturned();
  }

  /** What somebody who waited in vain is to know; undefined where the containers are merely busy. */
  #whyNone(): SandboxError | undefined {
    const { preparing, unavailableReason } = this.stats();
    const reason = preparing ?? unavailableReason;
    return reason === undefined ? undefined : new SandboxError('SANDBOX_UNAVAILABLE', reason);
  }

  async #makeContainer(): Promise<SandboxContainer> {
    const labels = ownerLabels(this.#owner);
    this.#image ??= this.#provideImage(labels);
    try {
      const container = await SandboxContainer.start({
        docker: this.#docker,
        image: await this.#image,
        runtime: this.#options.runtime,
        labels,
      });
      if (this.#sources === undefined) this.#learn(container.sources);
      return container;
    } catch (error) {
      // Looked for, and made, again: it may have been removed, or Docker may have another set of images.
      this.#image = undefined;
      throw error;
    }
  }

  #learn(sources: RunnerSources | undefined): void {
    this.#sources = sources;
    for (const missing of sources === undefined ? [] : missingSources(sources)) {
      this.#options.log.warn({}, `of this host's kernel: ${missing}`);
    }
  }

  async #provideImage(labels: Readonly<Record<string, string>>): Promise<string> {
    const { image: baseImage, cppFlagSets = [], log } = this.#options;
    const current = await ensureWarmImage({
      docker: this.#docker,
      ...{ baseImage, cppFlagSets, labels, log },
      onProgress: (what) => {
        this.#preparing = what;
      },
    });
    // In the background: nobody waits for it, and nothing depends on it.
    pruneWarmImages(this.#docker, current, this.#options.newImagesKeptMs ?? newImagesKeptMs).then(
      (removed) => {
        if (removed.length > 0) log.info({ removed }, 'superseded warm images removed');
      },
      (error: unknown) => log.debug({ err: error }, 'superseded warm images not removed'),
    );
    return current;
  }

  async #reap(isKnown: (containerId: string) => boolean): Promise<void> {
    try {
      const removed = await reapContainers(this.#docker, this.#owner, isKnown);
      if (removed > 0) this.#options.log.info({ removed }, 'containers of dead workers removed');
    } catch (error) {
      // The pool reports that Docker is down.
      this.#options.log.debug({ err: error, status: dockerStatus(error) }, 'containers not reaped');
    }
  }

  async #close(): Promise<void> {
    clearInterval(this.#reapTimer);
    for (const { timer } of this.#leases.values()) clearTimeout(timer);
    const startedAt = performance.now();
    await Promise.race([this.#pool.close(), sleep(closePoolMs, undefined, { ref: false })]);
    // Whatever a slow, lost or failed call has left.
    const leftMs = closeDeadlineMs - (performance.now() - startedAt);
    await Promise.race([this.#reap(() => false), sleep(leftMs, undefined, { ref: false })]);
  }
}
