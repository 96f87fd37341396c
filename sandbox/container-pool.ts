/**
 * Keeps `size` containers, warm and clean.
 *
 * Theory of operation. A container is being made, idle, out (bound to a lease), or returning (being reset). `#fill`
 * runs whenever one leaves the pool, however it left, and starts as many as are missing. Making fails as long as
 * Docker is down or the image is missing; it is then tried again with growing pauses, one container at a time,
 * logged once per distinct cause, and those who wait go on waiting. So it is where containers are made, and lost before
 * they serve. Handing out checks a container by one hello. Coming back it is reset, or destroyed where it is worn,
 * tainted, or cannot be reset.
 *
 * `onUsable` hears how many containers exist or are being made while Docker works: what capacity may count on.
 */
import { WaitingLine } from '../domain/concurrency/waiting-line.js';
import { backoffDelayMs } from '../domain/retry/backoff.js';
import { SandboxUnavailableError } from './errors.js';
import type { Logger } from './logger.js';
import type { SandboxContainer } from './sandbox-container.js';

const pauses = { initialMs: 250, maximumMs: 15_000 };
const madeAtOnce = 2;
const helloTimeoutMs = 2000;
const usesPerContainer = 200;
/** As many may be somebody's who removes containers. */
const maxLostUnused = 4;
/** Longer is said. */
const slowSeconds = 20;

export interface ContainerPoolOptions {
  readonly size: number;
  readonly make: () => Promise<SandboxContainer>;
  /** Turns what `make` threw into a message for the operator. */
  readonly explain: (error: unknown) => Error;
  readonly onUsable: (count: number) => void;
  readonly log: Logger;
}

export class ContainerPool {
  readonly #options: ContainerPoolOptions;
  readonly #containers = new Set<SandboxContainer>();
  readonly #idle: SandboxContainer[] = [];
  readonly #uses = new WeakMap<SandboxContainer, number>();
  readonly #line = new WaitingLine();
  /** Each with the time at which it began. */
  readonly #making = new Map<Promise<void>, number>();
  readonly #leaving = new Set<Promise<void>>();
  #dockerWorks = false;
  #hasMade = false;
  /** In a row, idle and before their first submission. */
  #lostUnused = 0;
  #failures = 0;
  #replaced = 0;
  #lastCause = '';
  #retry: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(options: ContainerPoolOptions) {
    this.#options = options;
  }

  get idle(): number {
    return this.#idle.length;
  }
  get alive(): number {
    return this.#containers.size;
  }
  /** Containers that left the pool since the start, for whatever reason. */
  get replaced(): number {
    return this.#replaced;
  }
  /** Why no container can be made, in the operator's words; undefined while Docker works. */
  get unavailableReason(): string | undefined {
    return this.#lastCause === '' ? undefined : this.#lastCause;
  }

  /** Docker may answer, and still make none. */
  get slowReason(): string | undefined {
    if (this.#containers.size > 0 || this.#making.size === 0) return undefined;
    const seconds = Math.round((performance.now() - Math.min(...this.#making.values())) / 1000);
    if (seconds < slowSeconds) return undefined;
    return (
      `Docker has been making a container for ${seconds} s and is not done. Look at the load of the host, and at ` +
      '"docker ps -a" and the log of the engine ("journalctl -u docker").'
    );
  }

  /** Whether it has ever made a container. */
  get hasMade(): boolean {
    return this.#hasMade;
  }

  has(containerId: string): boolean {
    // One that is being made has no id yet: nothing of this pool is called unknown meanwhile.
    return this.#making.size > 0 || [...this.#containers].some((container) => container.id === containerId);
  }

  open(): void {
    this.#fill();
  }

  /** Waits for an idle, healthy container; rejects with the signal's reason when aborted. */
  async take(signal: AbortSignal): Promise<SandboxContainer> {
    for (;;) {
      signal.throwIfAborted();
      const container = this.#idle.pop();
      if (container === undefined) {
        if (this.#isClosed) throw new SandboxUnavailableError('the sandbox is closed.');
        await this.#line.join(signal);
        continue;
      }
      if (await isHealthy(container)) {
        if (this.#lostUnused >= maxLostUnused) this.#works();
        this.#lostUnused = 0;
        if (!signal.aborted) {
          this.#uses.set(container, this.#uses.get(container) ?? 0);
          return container;
        }
        this.#becomeIdle(container);
      } else {
        this.#discard(container);
      }
    }
  }

  async giveBack(container: SandboxContainer): Promise<void> {
    const uses = (this.#uses.get(container) ?? 0) + 1;
    this.#uses.set(container, uses);
    if (this.#isClosed || container.gone !== undefined || container.isTainted || uses >= usesPerContainer) {
      this.#discard(container);
      return;
    }
    try {
      await container.reset();
    } catch (error) {
      this.#options.log.warn({ containerId: container.id, err: error }, 'container not reset, replaced');
      this.#discard(container);
      return;
    }
    this.#becomeIdle(container);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#retry);
    while (this.#line.serve());
    for (const container of this.#containers) this.#discard(container);
    // Those being made see that the pool is closed and destroy themselves.
    await Promise.allSettled([...this.#leaving, ...this.#making.keys()]);
  }

  /**
   * Takes the container out of the pool at once. Nobody waits for Docker to remove it, which may take minutes: another
   * one is made meanwhile.
   */
  #discard(container: SandboxContainer): void {
    this.#forget(container);
    const leaving = container.destroy().finally(() => this.#leaving.delete(leaving));
    this.#leaving.add(leaving);
  }

  #fill(): void {
    const most = this.#dockerWorks || this.#failures === 0 ? madeAtOnce : 1;
    while (
      !this.#isClosed &&
      this.#retry === undefined &&
      this.#making.size < most &&
      this.#containers.size + this.#making.size < this.#options.size
    ) {
      const making = this.#make().finally(() => {
        this.#making.delete(making);
        this.#fill();
      });
      this.#making.set(making, performance.now());
    }
    this.#reportUsable();
  }

  async #make(): Promise<void> {
    try {
      const container = await this.#options.make();
      if (this.#isClosed) {
        await container.destroy();
        return;
      }
      if (this.#lostUnused < maxLostUnused) this.#works();
      this.#containers.add(container);
      container.onGone((reason) => {
        if (!this.#containers.has(container)) return;
        this.#options.log.warn({ containerId: container.id, reason: reason.message }, 'container lost');
        if (!this.#uses.has(container)) this.#losesUnused(reason);
        this.#discard(container);
      });
      if (container.gone === undefined) this.#becomeIdle(container);
      else this.#discard(container);
    } catch (error) {
      this.#fails(error);
    }
  }

  /** Docker makes containers, but none lives: without a pause, one would be made after the other. */
  #losesUnused(reason: Error): void {
    this.#lostUnused += 1;
    if (this.#lostUnused < maxLostUnused) return;
    const why = `each new container is lost before it grades anything: ${reason.message}`;
    this.#fails(new SandboxUnavailableError(why, { cause: reason }));
  }

  #works(): void {
    if (!this.#hasMade) this.#options.log.info({}, 'the first container is made: submissions are taken');
    else if (this.#lastCause !== '') this.#options.log.info({}, 'containers can be made again');
    this.#hasMade = true;
    this.#dockerWorks = true;
    this.#failures = 0;
    this.#lastCause = '';
  }

  #fails(error: unknown): void {
    if (this.#isClosed) return;
    const cause = this.#options.explain(error).message;
    if (cause !== this.#lastCause) this.#options.log.error({ err: error }, cause);
    this.#lastCause = cause;
    this.#dockerWorks = false;
    this.#failures += 1;
    const pauseMs = backoffDelayMs(pauses, this.#failures);
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => {
      this.#retry = undefined;
      this.#fill();
    }, pauseMs);
  }

  #becomeIdle(container: SandboxContainer): void {
    if (this.#isClosed || !this.#containers.has(container)) {
      this.#discard(container);
      return;
    }
    this.#idle.push(container);
    this.#line.serve();
  }

  #forget(container: SandboxContainer): void {
    const at = this.#idle.indexOf(container);
    if (at >= 0) this.#idle.splice(at, 1);
    if (!this.#containers.delete(container)) return;
    this.#replaced += 1;
    this.#fill();
  }

  #reportUsable(): void {
    const being = this.#dockerWorks ? this.#making.size : 0;
    this.#options.onUsable(this.#isClosed ? 0 : this.#containers.size + being);
  }
}

async function isHealthy(container: SandboxContainer): Promise<boolean> {
  try {
    await container.checkHealth(helloTimeoutMs);
    return true;
  } catch {
    return false;
  }
}
