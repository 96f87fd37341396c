import { hostname } from 'node:os';
import type { SearchAttributeName } from '../domain/grading/grading-workflow.js';
import { describeDatabase } from '../platform/context/describe-platform.js';
import { createDatabase } from '../platform/postgres/database.js';
import { readPlatformIdentity } from '../platform/postgres/platform-identity.js';
import type { Logger } from '../platform/process/logger.js';
import type { Settings } from '../platform/settings/settings.js';
import { createTemporalClient } from '../platform/temporal/connection.js';
import { assertNamespace, isNamespaceMissing } from '../platform/temporal/namespace-missing.js';
import type { ForeignPlatformError } from '../platform/temporal/platform-claim.js';
import type { PlatformWatch } from '../platform/temporal/platform-watch.js';
import { watchPlatform } from '../platform/temporal/platform-watch.js';
import { activePollers } from '../platform/temporal/pollers.js';
import { ensureSearchAttributes, unusableSearchAttributes } from '../platform/temporal/search-attributes.js';
import { workerIdentity } from '../platform/temporal/worker-identity.js';
import type { HostIdWatch, HostIdWatchOptions } from './host-id-watch.js';
import { watchHostId } from './host-id-watch.js';
import type { NamespaceWatch } from './namespace-watch.js';
import { watchNamespace } from './namespace-watch.js';
import { prepareNamespace } from './prepare-temporal.js';
import type { SearchAttributeWatch } from './search-attribute-watch.js';
import { watchSearchAttributes } from './search-attribute-watch.js';

/** Watches whose the namespace is, by connections of its own. */
export function watchOwnPlatform(
  settings: Settings,
  log: Logger,
  onForeign: (error: ForeignPlatformError) => void,
): PlatformWatch & { close(): Promise<void> } {
  const temporal = createTemporalClient(settings.temporal);
  const database = createDatabase({
    url: settings.databaseUrl,
    applicationName: 'grading-worker',
    log,
    maxConnections: 1,
  });
  const watch = watchPlatform({
    temporal,
    identity: () => readPlatformIdentity(database),
    place: describeDatabase(settings),
    by: `worker ${settings.hostId}`,
    log,
    onForeign,
  });
  return {
    look: () => watch.look(),
    async close() {
      watch.close();
      await temporal.close();
      await database.close();
    },
  };
}

/** Looks whether the namespace is there, by a connection of its own, and makes it anew, with all that belongs into it. */
export function watchOwnNamespace(
  settings: Settings,
  log: Logger,
  platform: PlatformWatch,
  onReplaced: () => void,
): NamespaceWatch {
  const temporal = createTemporalClient(settings.temporal);
  const watch = watchNamespace({
    look: () => assertNamespace(temporal),
    remake: () => prepareNamespace(temporal, settings, log, platform),
    isMissing: isNamespaceMissing,
    onReplaced,
    log,
  });
  return {
    unavailableReason: () => watch.unavailableReason(),
    async close() {
      await temporal.close();
      await watch.close();
    },
  };
}

/** Watches for another worker with our HOST_ID, by a connection of its own. */
export function watchOwnHostId(
  settings: Settings,
  hostQueue: string,
  onTaken: HostIdWatchOptions['onTaken'],
): HostIdWatch {
  const temporal = createTemporalClient(settings.temporal);
  const watch = watchHostId({
    hostId: settings.hostId,
    ownIdentity: workerIdentity(hostQueue, process.pid, hostname()),
    pollers: () => activePollers(temporal, hostQueue, 'activity'),
    onTaken,
  });
  return {
    async close() {
      await temporal.close();
      await watch.close();
    },
  };
}

/** Watches the search attributes, by a connection of its own. */
export function watchOwnSearchAttributes(
  settings: Settings,
  log: Logger,
  usable: readonly SearchAttributeName[],
): SearchAttributeWatch {
  const temporal = createTemporalClient(settings.temporal);
  const watch = watchSearchAttributes({
    usable,
    missing: () => unusableSearchAttributes(temporal),
    ensure: () => ensureSearchAttributes(temporal, log),
    log,
  });
  return {
    usable: () => watch.usable(),
    async close() {
      await temporal.close();
      await watch.close();
    },
  };
}
