import { setTimeout as sleep } from 'node:timers/promises';
import type { ConnectionOptions } from '@temporalio/client';
import { defaultGrpcRetryOptions, makeGrpcRetryInterceptor } from '@temporalio/client';

/** A busy host may need so long for an answer that is there at once. */
const shortestAnswerMs = 500;

export interface RetriesUntilClosed {
  readonly interceptors: NonNullable<ConnectionOptions['interceptors']>;
  /** Stops further retries; resolves once those already planned have begun. */
  end(): Promise<void>;
}

/**
 * The SDK's RPC retries, without any that begins after the connection closed: an SDK timer would then throw where
 * nobody can catch it, and end the process with a stack trace instead of our message. Nor does one begin so late that the
 * call's deadline would come before its answer: it would tell of that alone, and not of what the server said.
 */
export function retriesUntilClosed(): RetriesUntilClosed {
  const usual = defaultGrpcRetryOptions();
  let isEnding = false;
  const planned = new Set<Promise<void>>();
  const retry: Interceptor = (options, nextCall) => {
    const deadline = options.deadline === undefined ? Number.POSITIVE_INFINITY : Number(options.deadline);
    let delayMs = 0;
    let begunAt = Date.now();
    const interceptor = makeGrpcRetryInterceptor({
      retryableDecider(attempt, status) {
        if (isEnding || !usual.retryableDecider(attempt, status)) return false;
        delayMs = Math.ceil(usual.delayFunction(attempt, status));
        const now = Date.now();
        const answerMs = Math.max(shortestAnswerMs, 2 * (now - begunAt));
        begunAt = now + delayMs;
        return begunAt + answerMs < deadline;
      },
      delayFunction() {
        // Beside the SDK's own timer, set in the same turn: no other clock tells as surely that that one has fired.
        const begun = sleep(delayMs + 1).then(() => {
          planned.delete(begun);
        });
        planned.add(begun);
        return delayMs;
      },
    });
    return interceptor(options, nextCall) as ReturnType<Interceptor>;
  };
  return {
    interceptors: [retry],
    async end() {
      isEnding = true;
      await Promise.all(planned);
    },
  };
}

type Interceptor = NonNullable<ConnectionOptions['interceptors']>[number];
