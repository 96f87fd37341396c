import { setTimeout as sleep } from 'node:timers/promises';
import { errorText } from '../domain/errors/error-text.js';

export interface PollWatchOptions {
  /** Per task queue, when the server last saw a poll of ours, by its own clock. @throws what keeps it from looking. */
  readonly lastPolls: () => Promise<ReadonlyMap<string, Date | undefined>>;
  /** Whether something is being done, so that there may be no room for more. */
  readonly isBusy: () => boolean;
  /** Whether the server answers, and does not let us do it. */
  readonly isRefusal: (error: unknown) => boolean;
  readonly everyMs?: number;
  /** One that has room polls again within a minute. */
  readonly silentMs?: number;
}

export interface PollWatch {
  /** Why no work reaches this worker; undefined while it does, as far as we know. */
  unavailableReason(): string | undefined;
  close(): Promise<void>;
}

/** One that fails may be chance. */
const failedLooks = 2;

/**
 * Whether the polls of a worker arrive: the SDK repeats refused ones without end, and calls the worker running all the while.
 * The server's times are compared with each other, and how long they stay with our monotonic clock.
 */
export function watchPolls(options: PollWatchOptions): PollWatch {
  const { lastPolls, isBusy, isRefusal, everyMs = 5_000, silentMs = 75_000 } = options;
  const closing = new AbortController();
  const seen = new Map<string, { readonly at: number | undefined; readonly since: number }>();
  let reason: string | undefined;
  let failures = 0;

  const silentQueues = (polls: ReadonlyMap<string, Date | undefined>): string[] => {
    const now = performance.now();
    const wasBusy = isBusy();
    for (const [queue, last] of polls) {
      const at = last?.getTime();
      const before = seen.get(queue);
      if (wasBusy || before === undefined || before.at !== at) seen.set(queue, { at, since: now });
    }
    return [...seen].filter(([, { since }]) => now - since > silentMs).map(([queue]) => queue);
  };
  const turn = async (): Promise<void> => {
    try {
      const silent = silentQueues(await lastPolls());
      failures = 0;
      reason = silent.length === 0 ? undefined : silence(silent, silentMs);
    } catch (error) {
      // A role that may poll, and was never let look.
      if (seen.size === 0 && isRefusal(error)) return;
      failures += 1;
      if (failures >= failedLooks)
        reason = `Temporal does not answer, or refuses: ${errorText(error)}. It is asked again until it works`;
    }
  };
  const running = (async () => {
    while (!closing.signal.aborted) {
      await turn();
      await sleep(everyMs, undefined, { signal: closing.signal }).catch(() => undefined);
    }
  })();
  return {
    unavailableReason: () => reason,
    async close() {
      closing.abort();
      await running;
    },
  };
}

function silence(queues: readonly string[], silentMs: number): string {
  return `no poll of ${queues.join(', ')} has reached Temporal for ${silentMs / 1000} s, though it answers other calls: a proxy or a missing right keeps them from it; the log of this worker says which`;
}
