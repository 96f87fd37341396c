import { randomUUID } from 'node:crypto';
import type { Semaphore } from '../domain/concurrency/semaphore.js';
import { LeaseLostError } from './errors.js';
import { Lease } from './leased-container.js';
import type { Logger } from './logger.js';
import type { SandboxContainer } from './sandbox-container.js';

const defaultTtlMs = 30 * 60_000;
const defaultIdleMs = 2 * 60_000;
/** A longer timer would fire at once. */
const maxTimerMs = 2 ** 31 - 1;

export interface LeasesOptions {
  readonly ttlMs: number | undefined;
  readonly idleMs: number | undefined;
  /** The right to run a command, on this host. */
  readonly cores: Semaphore;
  /** Takes the container of a lease that has ended; nothing runs in it any more. */
  readonly giveBack: (container: SandboxContainer) => Promise<void>;
  readonly log: Logger;
}

/** The leases of this host that have not ended. */
export class Leases {
  readonly #options: LeasesOptions;
  readonly #open = new Map<string, { lease: Lease; timer: NodeJS.Timeout }>();

  constructor(options: LeasesOptions) {
    this.#options = options;
  }

  get count(): number {
    return this.#open.size;
  }

  /** @param extraMs added to the time to live, as where one test alone may take that long. @returns the id of a new lease. */
  bind(container: SandboxContainer, submissionId: number, extraMs: number): string {
    const { cores, log } = this.#options;
    const leaseId = randomUUID();
    const ttlMs = Math.min(maxTimerMs, (this.#options.ttlMs ?? defaultTtlMs) + extraMs);
    const idleMs = this.#options.idleMs ?? defaultIdleMs;
    const expire = (why: string): void => {
      log.warn({ leaseId, submissionId }, `lease expired: ${why}`);
      void this.end(leaseId, new LeaseLostError(`the lease expired: ${why}`));
    };
    const timer = setTimeout(() => expire(`it is ${ttlMs} ms old`), ttlMs);
    timer.unref();
    const lease = new Lease(container, cores, {
      ms: idleMs,
      onReached: () => expire(`nothing was run for ${idleMs} ms`),
    });
    this.#open.set(leaseId, { lease, timer });
    return leaseId;
  }

  /** @throws LeaseLostError when it has ended, or its container is gone. */
  get(leaseId: string): Lease {
    const lease = this.#open.get(leaseId)?.lease;
    if (lease === undefined) throw new LeaseLostError('this host holds no such lease: it ended or expired');
    if (lease.lost === undefined) return lease;
    void this.end(leaseId, lease.lost);
    throw lease.lost;
  }

  /** Resolves when its container is given back, at once where there is no such lease. */
  async end(leaseId: string, reason: LeaseLostError): Promise<void> {
    const held = this.#open.get(leaseId);
    if (held === undefined) return;
    this.#open.delete(leaseId);
    clearTimeout(held.timer);
    await held.lease.finish(reason);
    await this.#options.giveBack(held.lease.container);
  }

  async endAll(reason: LeaseLostError): Promise<void> {
    await Promise.all([...this.#open.keys()].map((leaseId) => this.end(leaseId, reason)));
  }

  /** None expires any more: their containers are being removed. */
  stopTimers(): void {
    for (const { timer } of this.#open.values()) clearTimeout(timer);
  }
}
