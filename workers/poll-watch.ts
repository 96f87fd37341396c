import { errorText } from '../domain/errors/error-text.js';
import { lookRepeatedly } from './repeated-look.js';

export interface PollWatchOptions {
  /** The task queue whose polls stand for all of this worker's. */
  readonly queue: string;
  /** When the server last saw a poll of ours, by its own clock. @throws what keeps it from looking. */
  readonly lastPoll: () => Promise<Date | undefined>;
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
 * One queue is looked at, that of this host: to list who polls the common one would cost the square of the hosts.
 */
export function watchPolls(options: PollWatchOptions): PollWatch {
  const { queue, lastPoll, isBusy, isRefusal, everyMs = 5_000, silentMs = 75_000 } = options;
  let seen: { readonly at: number | undefined; readonly since: number } | undefined;
  let reason: string | undefined;
  let failures = 0;

  const turn = async (): Promise<void> => {
    try {
      const at = (await lastPoll())?.getTime();
      const now = performance.now();
      if (seen === undefined || seen.at !== at || isBusy()) seen = { at, since: now };
      failures = 0;
      reason = now - seen.since > silentMs ? silence(queue, silentMs) : undefined;
    } catch (error) {
      // A role that may poll, and was never let look.
      if (seen === undefined && isRefusal(error)) return;
      failures += 1;
      if (failures >= failedLooks)
        reason = `Temporal does not answer, or refuses: ${errorText(error)}. It is asked again until it works`;
    }
  };
  const looking = lookRepeatedly(turn, everyMs);
  return {
    unavailableReason: () => reason,
    close: () => looking.close(),
  };
}

function silence(queue: string, silentMs: number): string {
  return `no poll of ${queue} has reached Temporal for ${silentMs / 1000} s, though it answers other calls: a proxy or a missing right keeps them from it; the log of this worker says which`;
}
