import { setTimeout as sleep } from 'node:timers/promises';
import type { ConnectionOptions } from '@temporalio/client';
import { defaultGrpcRetryOptions, makeGrpcRetryInterceptor } from '@temporalio/client';

/** Timers may fire late; the retry's timer was set first and fires first. */
const timerSlackMs = 5;

export interface RetriesUntilClosed {
  readonly interceptors: NonNullable<ConnectionOptions['interceptors']>;
  /** Stops further retries; resolves once those already planned have begun. */
  end(): Promise<void>;
}

/**
 * The SDK's RPC retries, without any that begins after the connection closed: an SDK timer would then throw where
 * nobody can catch it, and end the process with a stack trace instead of our message.
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
