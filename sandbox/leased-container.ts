import type { LeasedContainer } from '../activities/dependencies.js';
import { Semaphore } from '../domain/concurrency/semaphore.js';
import type { ExecutionOutcome, ExecutionRequest } from '../domain/judging/execution.js';
import { LeaseLostError, RunnerFailedError } from './errors.js';
import type { SandboxContainer } from './sandbox-container.js';

/** When a lease that nobody uses ends. */
interface IdleLimit {
  readonly ms: number;
  readonly onReached: () => void;
}

/** One lease's view of its container: usable until the lease ends, one command at a time. */
export class Lease implements LeasedContainer {
  readonly container: SandboxContainer;
  readonly #hostCores: Semaphore;
  readonly #queue = new Semaphore(1);
  readonly #end = new AbortController();
  readonly #idleLimit: IdleLimit;
  #idleTimer: NodeJS.Timeout | undefined;
  #uses = 0;
  readonly #claimedLocally = new Set<number>();

  constructor(container: SandboxContainer, hostCores: Semaphore, idleLimit: IdleLimit) {
    this.container = container;
    this.#hostCores = hostCores;
    this.#idleLimit = idleLimit;
    this.#startIdleTimer();
  }

  get image(): string {
    return this.container.image;
  }

  /** Set once the lease has ended. */
  get lost(): LeaseLostError | undefined {
    if (this.#end.signal.aborted) return this.#end.signal.reason;
    const reason = this.container.gone;
    return reason === undefined ? undefined : lostContainer(reason);
  }

  claimLocalRun(testCaseIds: readonly number[]): boolean {
    const areFree = testCaseIds.every((id) => !this.#claimedLocally.has(id));
    for (const id of testCaseIds) this.#claimedLocally.add(id);
    return areFree;
  }

  writeFile(name: string, content: Uint8Array): Promise<void> {
    return this.#whileHeld(this.#end.signal, () => this.container.writeFile(name, content));
  }

  execute(request: ExecutionRequest, signal: AbortSignal): Promise<ExecutionOutcome> {
    const stop = AbortSignal.any([signal, this.#end.signal]);
    // For a core last: a command that waits for its own container must not hold a core.
    return this.#whileHeld(stop, () =>
      this.#hostCores.run(() => this.container.execute(request, stop), stop),
    );
  }

  /** Ends what runs, refuses what waits; resolves when the container is quiet. */
  async finish(reason: LeaseLostError): Promise<void> {
    clearTimeout(this.#idleTimer);
    this.#end.abort(reason);
    await this.#queue.run(() => Promise.resolve());
  }

  async #whileHeld<Result>(stop: AbortSignal, task: () => Promise<Result>): Promise<Result> {
    if (this.lost !== undefined) throw this.lost;
    clearTimeout(this.#idleTimer);
    this.#uses += 1;
    try {
      return await this.#queue.run(task, stop);
    } catch (error) {
      if (error instanceof RunnerFailedError) throw lostContainer(error);
      throw error;
    } finally {
      this.#uses -= 1;
      if (this.#uses === 0 && !this.#end.signal.aborted) this.#startIdleTimer();
    }
  }

  #startIdleTimer(): void {
    this.#idleTimer = setTimeout(this.#idleLimit.onReached, this.#idleLimit.ms);
    this.#idleTimer.unref();
  }
}

function lostContainer(reason: RunnerFailedError): LeaseLostError {
  return new LeaseLostError(`the leased container is gone: ${reason.message}`, { cause: reason });
}
