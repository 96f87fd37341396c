import { setTimeout as sleep } from 'node:timers/promises';
import { errorText } from '../domain/errors/error-text.js';
import type { Logger } from '../platform/process/logger.js';

export interface NamespaceWatchOptions {
  /** @throws NamespaceMissingError, or whatever keeps it from looking. */
  readonly look: () => Promise<void>;
  /** Makes namespace and search attributes. */
  readonly remake: () => Promise<unknown>;
  readonly isMissing: (error: unknown) => boolean;
  readonly log: Logger;
  readonly everyMs?: number;
}

export interface NamespaceWatch {
  /** Why nothing can be graded; undefined while the namespace is there, as far as we know. */
  unavailableReason(): string | undefined;
  close(): Promise<void>;
}

const defaultEveryMs = 5_000;

/**
 * Looks whether the namespace is there, and makes it where it is not. The SDK's workers do not tell: their polls hang
 * for up to a minute, are then tried again for another one, and fail for good after that; a namespace that was made
 * again by then is served without any worker being replaced.
 */
export function watchNamespace(options: NamespaceWatchOptions): NamespaceWatch {
  const { look, remake, isMissing, log, everyMs = defaultEveryMs } = options;
  const closing = new AbortController();
  let reason: string | undefined;

  const turn = async (): Promise<void> => {
    try {
      await look();
      reason = undefined;
    } catch (error) {
      // A server that is down, or refuses, says nothing about the namespace; the polls wait for it by themselves.
      if (!isMissing(error)) return;
      if (reason === undefined) log.error({ err: error }, 'the namespace is gone; making it again');
      reason = errorText(error);
      await makeAgain();
    }
  };
  const makeAgain = async (): Promise<void> => {
    try {
      await remake();
      await look();
      reason = undefined;
      log.warn('the namespace is there again; gradings that ran in it are gone: see grader sweep');
    } catch (error) {
      log.error({ err: error }, 'the namespace cannot be made; trying again');
    }
  };
  const running = (async () => {
    while (!closing.signal.aborted) {
      await sleep(everyMs, undefined, { signal: closing.signal }).catch(() => undefined);
      if (!closing.signal.aborted) await turn();
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
