import { setTimeout as sleep } from 'node:timers/promises';
import type { ConnectionOptions } from '@temporalio/client';
import { defaultGrpcRetryOptions, makeGrpcRetryInterceptor } from '@temporalio/client';

/** Timers may fire late; the retry's comes first, as it was set first. */
const timerSlackMs = 5;

export interface RetriesUntilClosed {
  readonly interceptors: NonNullable<ConnectionOptions['interceptors']>;
  /** From now on nothing is tried again; resolves once what was already planned has begun. */
  end(): Promise<void>;
}

/**
 * The SDK's own retries of RPCs, but none that begins after the connection was closed: a timer of the SDK would then
 * throw where nobody can catch it, and end the process with a stack trace instead of our message.
 */
export function retriesUntilClosed(): RetriesUntilClosed {
  const usual = defaultGrpcRetryOptions();
  let isEnding = false;
  let lastRetryAt = 0;
  return {
    interceptors: [
      makeGrpcRetryInterceptor({
        retryableDecider: (attempt, status) => !isEnding && usual.retryableDecider(attempt, status),
        delayFunction(attempt, status) {
          const delayMs = usual.delayFunction(attempt, status);
          lastRetryAt = Math.max(lastRetryAt, performance.now() + delayMs);
          return delayMs;
        },
      }),
    ],
    async end() {
      isEnding = true;
      const leftMs = lastRetryAt - performance.now();
      if (leftMs > 0) await sleep(leftMs + timerSlackMs);
    },
  };
}
