import { hostname } from 'node:os';
import type { SearchAttributeName } from '../domain/grading/grading-workflow.js';
import { describeDatabase } from '../platform/context/describe-platform.js';
import { createDatabase } from '../platform/postgres/database.js';
import { readPlatformIdentity } from '../platform/postgres/platform-identity.js';
import type { Logger } from '../platform/process/logger.js';
import type { Settings } from '../platform/settings/settings.js';
import { createTemporalClient } from '../platform/temporal/connection.js';
import { isRefusal } from '../platform/temporal/grpc-status.js';
import { assertNamespace, isNamespaceMissing } from '../platform/temporal/namespace-missing.js';
import { watchPlatform } from '../platform/temporal/platform-watch.js';
import { listedPollers } from '../platform/temporal/pollers.js';
import { ensureSearchAttributes, unusableSearchAttributes } from '../platform/temporal/search-attributes.js';
import { workerIdentity } from '../platform/temporal/worker-identity.js';
import { watchHostId } from './host-id-watch.js';
import { watchNamespace } from './namespace-watch.js';
import { watchPolls } from './poll-watch.js';
import { prepareNamespace } from './prepare-temporal.js';
import { watchSearchAttributes } from './search-attribute-watch.js';

/**
 * What a worker watches besides its work: whose the namespace is, whether it and its search attributes are there, whether
 * its own polls arrive, and whether another worker has its HOST_ID. By connections of their own, which gradings under load do not hold up.
 */
export class OwnWatches {
  readonly #settings: Settings;
  readonly #log: Logger;
  readonly #temporal;
  readonly #database;
  readonly #open: { close(): void | Promise<void> }[] = [];

  constructor(settings: Settings, log: Logger) {
    this.#settings = settings;
    this.#log = log;
    this.#temporal = createTemporalClient(settings.temporal);
    this.#database = createDatabase({
      url: settings.databaseUrl,
      applicationName: 'grading-worker',
      log,
      maxConnections: 1,
    });
  }

  /** @param onWrong called with what a person has to set right. */
  platform(onWrong: (error: Error) => void) {
    const settings = this.#settings;
    return this.#opened(
      watchPlatform({
        temporal: this.#temporal,
        identity: () => readPlatformIdentity(this.#database),
        place: describeDatabase(settings),
        by: `worker ${settings.hostId}`,
        log: this.#log,
        onForeign: onWrong,
      }),
    );
  }

  searchAttributes(usable: readonly SearchAttributeName[]) {
    return this.#opened(
      watchSearchAttributes({
        usable,
        missing: () => unusableSearchAttributes(this.#temporal),
        ensure: () => ensureSearchAttributes(this.#temporal, this.#log),
        log: this.#log,
      }),
    );
  }

  /** Makes the namespace anew where it is gone, with all that belongs into it. */
  namespace(platform: ReturnType<OwnWatches['platform']>, onReplaced: () => void) {
    return this.#opened(
      watchNamespace({
        look: () => assertNamespace(this.#temporal),
        remake: () => prepareNamespace(this.#temporal, this.#settings, this.#log, platform),
        isMissing: isNamespaceMissing,
        onReplaced,
        log: this.#log,
      }),
    );
  }

  polls(hostQueue: string, isBusy: () => boolean) {
    const identity = workerIdentity(hostQueue, process.pid, hostname());
    return this.#opened(
      watchPolls({
        queue: hostQueue,
        lastPoll: async () => {
          const polling = await listedPollers(this.#temporal, hostQueue, 'activity');
          return polling.find((poller) => poller.identity === identity)?.lastSeen;
        },
        isBusy,
        isRefusal,
      }),
    );
  }

  /** @param onWrong as for `platform`. */
  hostId(hostQueue: string, onWrong: (error: Error) => void) {
    return this.#opened(
      watchHostId({
        hostId: this.#settings.hostId,
        ownIdentity: workerIdentity(hostQueue, process.pid, hostname()),
        pollers: () => listedPollers(this.#temporal, hostQueue, 'activity'),
        onTaken: onWrong,
      }),
    );
  }

  /** What waits for an answer is given up. */
  async close(): Promise<void> {
    await this.#temporal.close();
    for (const watch of this.#open) await watch.close();
    await this.#database.close();
  }

  #opened<Watch extends { close(): void | Promise<void> }>(watch: Watch): Watch {
    this.#open.push(watch);
    return watch;
  }
}
