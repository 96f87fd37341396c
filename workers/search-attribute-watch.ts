import type { SearchAttributeName } from '../domain/grading/grading-workflow.js';
import type { Logger } from '../platform/process/logger.js';

export interface SearchAttributeWatchOptions {
  /** Those there were at the start; not all, where the server refuses or has no room. */
  readonly usable: readonly SearchAttributeName[];
  /** Which are not there; undefined where the server does not let us look. */
  readonly missing: () => Promise<readonly SearchAttributeName[] | undefined>;
  /** Registers what is missing. @returns all that can be used. */
  readonly ensure: () => Promise<ReadonlySet<SearchAttributeName>>;
  readonly log: Logger;
  readonly everyMs?: number;
}

export interface SearchAttributeWatch {
  /** As last seen: what gradings that begin now may set. */
  usable(): readonly SearchAttributeName[];
  close(): Promise<void>;
}

const defaultEveryMs = 10_000;

/**
 * Makes search attributes again that are removed while gradings run: every task of a workflow that sets one fails until
 * it is there again, with its verdict recorded and not told.
 */
export function watchSearchAttributes(options: SearchAttributeWatchOptions): SearchAttributeWatch {
  const { missing, ensure, log, everyMs = defaultEveryMs } = options;
  let usable = options.usable;
  let looking: Promise<void> | undefined;

  const look = async (): Promise<void> => {
    try {
      const gone = await missing();
      if (gone === undefined || !gone.some((name) => usable.includes(name))) return;
      log.error({ gone }, 'search attributes were removed; making them again');
      usable = [...(await ensure())];
    } catch (err) {
      // A server that is down says nothing about them.
      log.debug({ err }, 'the search attributes could not be looked at');
    }
  };
  const timer = setInterval(() => {
    looking ??= look().finally(() => {
      looking = undefined;
    });
  }, everyMs);
  timer.unref();
  return {
    usable: () => usable,
    async close() {
      clearInterval(timer);
      await looking;
    },
  };
}
