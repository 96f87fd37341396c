import { hostname } from 'node:os';
import { join } from 'node:path';
import type { NativeConnection } from '@temporalio/worker';
import type { Activities } from '../activities/create-activities.js';
import { createActivities } from '../activities/create-activities.js';
import type { RejudgeActivities } from '../activities/create-rejudge-activities.js';
import { createRejudgeActivities } from '../activities/create-rejudge-activities.js';
import type { CutoverActivities } from '../activities/cutover.js';
import type { ShadowActivities } from '../activities/find-for-shadow.js';
import { createShadowActivities } from '../activities/find-for-shadow.js';
import { createStallWatch } from '../activities/stall-watch.js';
import type { SearchAttributeName } from '../domain/grading/grading-workflow.js';
import type { ShadowSetInput } from '../domain/parity/shadow-set.js';
import { createBackendClient } from '../platform/backend/backend-client.js';
import { createDatabase } from '../platform/postgres/database.js';
import { createRejudgeStore } from '../platform/postgres/rejudge-store.js';
import { createSubmissionStore } from '../platform/postgres/submission-store.js';
import type { Logger } from '../platform/process/logger.js';
import type { Settings, SettingsOf } from '../platform/settings/settings.js';
import { findForSweep } from '../platform/shadow-candidates.js';
import type { TemporalClient } from '../platform/temporal/connection.js';
import { createTemporalClient, workerConnectionOptions } from '../platform/temporal/connection.js';
import { ensureNamespace } from '../platform/temporal/namespace.js';
import { assertNamespace, isNamespaceMissing } from '../platform/temporal/namespace-missing.js';
import { activePollers } from '../platform/temporal/pollers.js';
import { ensureSearchAttributes } from '../platform/temporal/search-attributes.js';
import { createShadowResults } from '../platform/temporal/shadow-results.js';
import { describeSweep, ensureShadowSchedule } from '../platform/temporal/shadow-schedule.js';
import { workerIdentity } from '../platform/temporal/worker-identity.js';
import type { Sandbox } from '../sandbox/index.js';
import { createCompileCache } from './compile-cache.js';
import { connectWorker } from './connect.js';
import { countedBackend } from './counted-backend.js';
import type { HostIdWatch, HostIdWatchOptions } from './host-id-watch.js';
import { watchHostId } from './host-id-watch.js';
import type { WorkerMetrics } from './metrics.js';
import type { NamespaceWatch } from './namespace-watch.js';
import { watchNamespace } from './namespace-watch.js';
import { createDirectoryOutputStore } from './output-store.js';
import { watchStuck } from './stuck-watch.js';
import { wireCutover } from './wire-cutover.js';

/** Where the outputs on their way are kept. */
export function outputDirectory(settings: Pick<Settings, 'scratchDirectory'>): string {
  return join(settings.scratchDirectory, 'outputs');
}

export interface WiredActivities {
  readonly activities: Activities & RejudgeActivities & CutoverActivities & ShadowActivities;
  /** Compiled programs kept in memory. */
  cacheBytes(): number;
  /** Workflows that cannot go on, as last seen. */
  stuckWorkflows(): number;
  close(): Promise<void>;
}

/** The activities on the real platform. Nothing connects before it is used. */
export function wireActivities(
  settings: Settings,
  log: Logger,
  sandbox: Sandbox,
  searchAttributes: readonly SearchAttributeName[],
  metrics: WorkerMetrics,
): WiredActivities {
  const database = createDatabase({ url: settings.databaseUrl, applicationName: 'grading-worker', log });
  const stalls = createStallWatch();
  const outputs = createDirectoryOutputStore(outputDirectory(settings));
  // Of its own: the workers' connection cannot ask workflows.
  const temporal = createTemporalClient(settings.temporal);
  const stuck = watchStuck(temporal, log);
  const compiled = createCompileCache(settings.compileCacheMb * 2 ** 20, (result) =>
    metrics.cacheRequests.add({ result }),
  );
  const { backendApiUrl: baseUrl, backendResultPath: resultPath, backendAnswer: answer } = settings;
  const gradingActivities = createActivities({
    store: createSubmissionStore(database, { recordResult: settings.recordResult }),
    backend: countedBackend(createBackendClient({ baseUrl, resultPath, answer }), metrics.backendPosts),
    pool: sandbox,
    outputs,
    compiled,
    settings: {
      profile: settings.gradingProfile,
      defaultLimits: {
        timeLimitMs: settings.defaultTimeLimitMs,
        memoryLimitKb: settings.defaultMemoryLimitKb,
      },
      outputReceivedLimitBytes: settings.outputReceivedLimitBytes,
      resultLimitBytes: settings.resultLimitBytes,
      gradingDeadlineMs: settings.gradingDeadlineMs,
      recordResult: settings.recordResult,
      searchAttributes,
    },
    stalls,
  });
  const rejudgeActivities = createRejudgeActivities({
    rejudgeStore: createRejudgeStore(database, { recordResult: settings.recordResult }),
    shadowResults: createShadowResults(temporal),
    outputs,
    resultLimitBytes: settings.resultLimitBytes,
  });
  const shadowActivities = createShadowActivities({
    findForShadow: (sweep) => findForSweep({ database, temporal }, sweep, new Date()),
  });
  const cutover = wireCutover(settings, database, log);
  return {
    activities: { ...gradingActivities, ...rejudgeActivities, ...shadowActivities, ...cutover.activities },
    cacheBytes: () => compiled.bytes(),
    stuckWorkflows: () => stuck.count(),
    async close() {
      stalls.close();
      stuck.close();
      await Promise.all([temporal.close(), cutover.close()]);
      await database.close();
    },
  };
}

export interface TemporalForWorker {
  readonly connection: NativeConnection;
  readonly searchAttributes: readonly SearchAttributeName[];
}

/** Looks whether the namespace is there, by a connection of its own, and makes it anew, with all that belongs into it. */
export function watchOwnNamespace(settings: Settings, log: Logger, onReplaced: () => void): NamespaceWatch {
  const temporal = createTemporalClient(settings.temporal);
  const watch = watchNamespace({
    look: () => assertNamespace(temporal),
    remake: () => prepareNamespace(temporal, settings, log),
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

/** Namespace and search attributes first, then the connection of the workers. @throws when unreachable, SettingsError. */
export async function prepareTemporal(settings: Settings, log: Logger): Promise<TemporalForWorker> {
  const temporal = createTemporalClient(settings.temporal);
  try {
    await temporal.check();
    const searchAttributes = await prepareNamespace(temporal, settings, log);
    return { connection: await connectWorker(workerConnectionOptions(settings.temporal)), searchAttributes };
  } finally {
    await temporal.close();
  }
}

async function prepareNamespace(
  temporal: TemporalClient,
  settings: Settings,
  log: Logger,
): Promise<readonly SearchAttributeName[]> {
  await ensureNamespace(temporal, log);
  const searchAttributes = [...(await ensureSearchAttributes(temporal, log))];
  await ensureShadowSchedule(temporal, settings.hostId, continuousShadow(settings, searchAttributes), log);
  return searchAttributes;
}

/** A window well within the retention of 7 days: past that nobody can tell who graded a submission. */
const shadowLookBackMs = 24 * 3_600_000;
/** Of one sweep, and fewer than one run of a set takes. */
const maxShadowed = 100;

function continuousShadow(
  { shadowShare, shadowParallel, bridgeSetting }: SettingsOf<'parity'> & Pick<Settings, 'bridgeSetting'>,
  searchAttributes: readonly SearchAttributeName[],
): ShadowSetInput | undefined {
  if (shadowShare === 0) return undefined;
  const sweep = {
    share: shadowShare,
    salt: bridgeSetting.salt,
    lookBackMs: shadowLookBackMs,
    atMost: maxShadowed,
  };
  return {
    pick: { kind: 'sweep', sweep },
    selection: describeSweep(sweep),
    parallel: shadowParallel,
    searchAttributes,
  };
}
