/**
 * This host's containers, leased one submission at a time.
 *
 * Theory of operation. `acquire` waits for a clean container and binds it to a new lease; `container` gives access
 * while the lease lasts. A lease ends by `release`, after its time to live or a while without use (a frozen process that
 * wakes up finds leases whose gradings are long elsewhere), when its container is lost, or with this process. Its
 * container then goes back to the pool, which resets or replaces it. A container that is lost ends its lease at the next
 * use (LeaseLostError).
 *
 *   ContainerSource ─ make ─► ContainerPool ─ take ─► Leases ─ giveBack ─► ContainerPool
 *
 * Capacity counts who may hold a container, the semaphore who may run a command.
 *
 * The reaper removes containers of dead processes at start and every minute, so that nothing outlives a SIGKILL for
 * longer than the next worker's start; the containers themselves stop at once, as their input ends.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { LeasedContainer, LeasePool, Lease as LeaseTicket } from '../activities/dependencies.js';
import { Semaphore } from '../domain/concurrency/semaphore.js';
import { hostQueue } from '../domain/grading/grading-workflow.js';
import type { Reservation } from './capacity.js';
import { Capacity } from './capacity.js';
import { ContainerPool } from './container-pool.js';
import { ContainerSource } from './container-source.js';
import type { DockerAddress } from './docker.js';
import { connectDocker, dockerStatus, sandboxUnavailable } from './docker.js';
import { LeaseLostError, SandboxError } from './errors.js';
import { Leases } from './leases.js';
import type { Logger } from './logger.js';
import { currentOwner, ownerLabels } from './owner.js';
import { reapContainers } from './reaper.js';
import type { RunnerSources } from './runner-messages.js';

const reapEveryMs = 60_000;
const closeDeadlineMs = 9000;
/** Of it, for the pool; the rest is for another attempt at what Docker has not removed by then. */
const closePoolMs = 6000;

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
  readonly #source: ContainerSource;
  readonly #pool: ContainerPool;
  readonly #leases: Leases;
  readonly #accounts = new Capacity();
  readonly #cores: Semaphore;
  #reapTimer: NodeJS.Timeout | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: SandboxOptions) {
    const { log } = options;
    this.#options = options;
    this.hostQueue = hostQueue(options.hostId);
    this.capacity = options.poolSize;
    this.#docker = connectDocker(options.docker);
    this.#owner = currentOwner(options.hostId);
    this.#cores = new Semaphore(options.cores);
    this.#source = new ContainerSource({
      docker: this.#docker,
      baseImage: options.image,
      cppFlagSets: options.cppFlagSets ?? [],
      runtime: options.runtime,
      newImagesKeptMs: options.newImagesKeptMs,
      labels: ownerLabels(this.#owner),
      log,
    });
    this.#pool = new ContainerPool({
      size: options.poolSize,
      make: () => this.#source.make(),
      explain: (error) => sandboxUnavailable(error, options.docker),
      onUsable: (count) => this.#accounts.setUsable(count),
      log,
    });
    this.#leases = new Leases({
      ttlMs: options.leaseTtlMs,
      idleMs: options.leaseIdleMs,
      cores: this.#cores,
      giveBack: async (container) => {
        await this.#pool.giveBack(container);
        this.#accounts.leaseReturned();
      },
      log,
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
    return { leaseId: this.#leases.bind(container, submissionId, extraMs), containerId: container.id };
  }

  container(leaseId: string): LeasedContainer {
    return this.#leases.get(leaseId);
  }

  release(leaseId: string): Promise<void> {
    return this.#leases.end(leaseId, new LeaseLostError('the lease was released'));
  }

  endLeases(): Promise<void> {
    return this.#leases.endAll(new LeaseLostError('its host is shutting down'));
  }

  reserve(signal: AbortSignal): Promise<Reservation> {
    return this.#accounts.reserve(signal);
  }

  tryReserve(): Reservation | undefined {
    return this.#accounts.tryReserve();
  }

  stats(): SandboxStats {
    const { preparing } = this.#source;
    return {
      poolSize: this.capacity,
      alive: this.#pool.alive,
      idle: this.#pool.idle,
      held: this.#leases.count,
      replaced: this.#pool.replaced,
      runSlots: this.#options.cores,
      leases: this.#accounts.leases,
      reservations: this.#accounts.reservations,
      free: this.#accounts.free,
      running: this.#cores.inside,
      waitingToRun: this.#cores.waiting,
      unavailableReason:
        this.#pool.unavailableReason ?? (preparing === undefined ? this.#pool.slowReason : undefined),
      preparing,
      hasMadeContainer: this.#pool.hasMade,
      sources: this.#source.sources,
    };
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** What somebody who waited in vain is to know; undefined where the containers are merely busy. */
  #whyNone(): SandboxError | undefined {
    const { preparing, unavailableReason } = this.stats();
    const reason = preparing ?? unavailableReason;
    return reason === undefined ? undefined : new SandboxError('SANDBOX_UNAVAILABLE', reason);
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
    this.#leases.stopTimers();
    const startedAt = performance.now();
    await Promise.race([this.#pool.close(), sleep(closePoolMs, undefined, { ref: false })]);
    // Whatever a slow, lost or failed call has left.
    const leftMs = closeDeadlineMs - (performance.now() - startedAt);
    await Promise.race([this.#reap(() => false), sleep(leftMs, undefined, { ref: false })]);
  }
}
