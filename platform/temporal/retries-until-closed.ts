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
 * nobody can catch it, and end the process with a stack trace instead of our message. Nor does one begin after the call's
 * deadline: it would tell of that alone, and not of what the server said.
 */
export function retriesUntilClosed(): RetriesUntilClosed {
  const usual = defaultGrpcRetryOptions();
  let isEnding = false;
  let lastRetryAt = 0;
  const retry: Interceptor = (options, nextCall) => {
    const deadline = options.deadline === undefined ? Number.POSITIVE_INFINITY : Number(options.deadline);
    let delayMs = 0;
    const interceptor = makeGrpcRetryInterceptor({
      retryableDecider(attempt, status) {
        if (isEnding || !usual.retryableDecider(attempt, status)) return false;
        delayMs = usual.delayFunction(attempt, status);
        return Date.now() + delayMs < deadline;
      },
      delayFunction() {
        lastRetryAt = Math.max(lastRetryAt, performance.now() + delayMs);
        return delayMs;
      },
    });
    return interceptor(options, nextCall) as ReturnType<Interceptor>;
  };
  return {
    interceptors: [retry],
    async end() {
      isEnding = true;
      const leftMs = lastRetryAt - performance.now();
      if (leftMs > 0) await sleep(leftMs + timerSlackMs);
    },
  };
}

type Interceptor = NonNullable<ConnectionOptions['interceptors']>[number];
