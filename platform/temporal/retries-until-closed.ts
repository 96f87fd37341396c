import { setTimeout as sleep } from 'node:timers/promises';
import type { ConnectionOptions } from '@temporalio/client';
import { defaultGrpcRetryOptions, makeGrpcRetryInterceptor } from '@temporalio/client';

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
  const planned = new Set<Promise<void>>();
  let isEnding = false;
  return {
    interceptors: [
      makeGrpcRetryInterceptor({
        retryableDecider: (attempt, status) => !isEnding && usual.retryableDecider(attempt, status),
        delayFunction(attempt, status) {
          const delayMs = Math.ceil(usual.delayFunction(attempt, status));
          // Beside the SDK's own timer, set in the same turn: no other clock tells as surely that that one has fired.
          const begun = sleep(delayMs + 1).then(() => {
            planned.delete(begun);
          });
          planned.add(begun);
          return delayMs;
        },
      }),
    ],
    async end() {
      isEnding = true;
      await Promise.all(planned);
    },
  };
}
