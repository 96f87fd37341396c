import type { PlatformIdentity } from '../../domain/grading/platform-identity.js';
import { withDeadline } from '../deadline.js';
import type { Logger } from '../process/logger.js';
import type { TemporalClient } from './connection.js';
import { isRefusal } from './grpc-status.js';
import { claimNamespace, ForeignPlatformError } from './platform-claim.js';

export interface PlatformWatchOptions {
  readonly temporal: TemporalClient;
  /** @throws what keeps the database from answering. */
  readonly identity: () => Promise<PlatformIdentity>;
  /** For people: where the database is. */
  readonly place: string;
  /** The process. */
  readonly by: string;
  readonly log: Logger;
  /** Called once. */
  readonly onForeign?: (error: ForeignPlatformError) => void;
  readonly everyMs?: number;
}

export interface PlatformWatch {
  /** Before anything is started in the namespace. A database or a server that does not answer is asked again later. @throws ForeignPlatformError */
  look(): Promise<void>;
  close(): void;
}

const defaultEveryMs = 15_000;
const databaseWithinMs = 2_000;

/**
 * Sees to it that the namespace belongs to our platform, from now on: it may be made anew and claimed by another one, and the
 * database may be down when the process starts. Neither ever keeps a grading waiting.
 */
export function watchPlatform(options: PlatformWatchOptions): PlatformWatch {
  const { temporal, place, by, log, onForeign, everyMs = defaultEveryMs } = options;
  let identity: PlatformIdentity | undefined;
  let foreign: ForeignPlatformError | undefined;
  let isRefused = false;

  const look = async (): Promise<void> => {
    if (foreign) throw foreign;
    try {
      // Where its tables are is not known for good while they are not there.
      if (identity === undefined || identity.schema === '')
        identity = await withDeadline('identity of the database', databaseWithinMs, options.identity());
      await claimNamespace(temporal, { identity, place, by, at: new Date().toISOString() });
    } catch (error) {
      if (error instanceof ForeignPlatformError) {
        if (!foreign) onForeign?.(error);
        foreign = error;
        throw error;
      }
      if (isRefusal(error) && !isRefused) {
        isRefused = true;
        log.warn(
          { err: error, namespace: temporal.namespace },
          'temporal does not let us write which platform the namespace belongs to: see to it that no other platform uses it',
        );
      } else log.debug({ err: error }, 'whose namespace it is cannot be seen now');
    }
  };
  const timer = setInterval(() => void look().catch(() => undefined), everyMs);
  timer.unref();
  return { look, close: () => clearInterval(timer) };
}
