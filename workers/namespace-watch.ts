import { errorText } from '../domain/errors/error-text.js';
import type { Logger } from '../platform/process/logger.js';
import { lookRepeatedly } from './repeated-look.js';

export interface NamespaceWatchOptions {
  /** @returns the namespace's own id. @throws NamespaceMissingError, or whatever keeps it from looking. */
  readonly look: () => Promise<string | undefined>;
  /** Makes namespace and search attributes. */
  readonly remake: () => Promise<unknown>;
  readonly isMissing: (error: unknown) => boolean;
  /** The namespace is another one than before, of the same name: what ran in the old one is gone. */
  readonly onReplaced: () => void;
  readonly log: Logger;
  readonly everyMs?: number;
}

export interface NamespaceWatch {
  /** Why nothing can be graded; undefined while the namespace is there, as far as we know. */
  unavailableReason(): string | undefined;
  close(): Promise<void>;
}

/** Workers of the old namespace hang in it: a fresh process is to take this one's place. */
export class NamespaceReplacedError extends Error {
  override readonly name = 'NamespaceReplacedError';

  constructor({ namespace, address }: { readonly namespace: string; readonly address: string }) {
    super(
      `The namespace "${namespace}" at ${address} is a new one, and the workers of the old one do not end. This process ends, so that its supervisor starts it again. Gradings of the old one are gone: grader sweep --start`,
    );
  }
}

const defaultEveryMs = 5_000;

/**
 * Looks whether the namespace is there, makes it where it is not, and tells when it is another one than before, whoever
 * made it: the SDK's workers notice neither. Their polls hang at the server for up to a minute in the old namespace, and
 * the gradings that held containers will never give them back.
 */
export function watchNamespace(options: NamespaceWatchOptions): NamespaceWatch {
  const { look, remake, isMissing, onReplaced, log, everyMs = defaultEveryMs } = options;
  let reason: string | undefined;
  let known: string | undefined;

  const compare = (id: string | undefined): void => {
    const isReplaced = known !== undefined && id !== undefined && id !== known;
    known = id ?? known;
    if (!isReplaced) return;
    log.warn('the namespace is a new one; gradings that ran in the old one are gone: see grader sweep');
    onReplaced();
  };
  const turn = async (): Promise<void> => {
    try {
      compare(await look());
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
      compare(await look());
      reason = undefined;
    } catch (error) {
      log.error({ err: error }, 'the namespace cannot be made; trying again');
    }
  };
  const looking = lookRepeatedly(turn, everyMs);
  return {
    unavailableReason: () => reason,
    close: () => looking.close(),
  };
}
