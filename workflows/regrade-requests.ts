import {
  CancellationScope,
  condition,
  defineSignal,
  isCancellation,
  setHandler,
  sleep,
} from '@temporalio/workflow';
import { regradeSignalName } from '../domain/grading/grading-workflow.js';

export const regradeSignal = defineSignal(regradeSignalName);

/** Requests that come together are answered together: it waits until none has come for this long, ms … */
const quietMs = 1_000;
/** … but no longer than this. Doubles with each answer, so that an endless stream of requests costs little. */
const firstPatienceMs = 4_000;
const maxPatienceMs = 60_000;

/**
 * Requests to grade the submission again that came while its grading ran: each is a message of the queue. Tests or
 * source may have changed before it, so what was loaded earlier does not answer it.
 */
export class RegradeRequests {
  #isPending = false;
  #lastAt = 0;
  #patienceMs = firstPatienceMs;

  constructor() {
    setHandler(regradeSignal, () => {
      this.#isPending = true;
      this.#lastAt = Date.now();
    });
  }

  /** Whether a request came that no load has answered yet. */
  get isPending(): boolean {
    return this.#isPending;
  }

  /** Waits until the requests stop coming. What is loaded from now on answers all of them. */
  async take(): Promise<void> {
    const deadline = Date.now() + this.#patienceMs;
    this.#patienceMs = Math.min(maxPatienceMs, this.#patienceMs * 2);
    for (;;) {
      const waitMs = Math.min(this.#lastAt + quietMs, deadline) - Date.now();
      if (waitMs <= 0) break;
      await sleep(waitMs, { summary: 'asked to grade again: wait for further requests' });
    }
    this.#isPending = false;
  }

  /**
   * Cancels `work` when a request comes.
   * @returns what `work` returns, or undefined where it was cancelled for that.
   */
  async interrupt<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
    if (this.#isPending) return undefined;
    const outer = CancellationScope.current();
    const scope = new CancellationScope({ cancellable: true });
    const watch = new CancellationScope({ cancellable: true });
    void watch
      .run(() => condition(() => this.#isPending))
      .then(
        () => scope.cancel(),
        () => undefined,
      );
    try {
      return await scope.run(work);
    } catch (error) {
      if (isCancellation(error) && this.#isPending && !outer.consideredCancelled) return undefined;
      throw error;
    } finally {
      watch.cancel();
    }
  }
}
