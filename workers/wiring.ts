import { join } from 'node:path';
import type { NativeConnection } from '@temporalio/worker';
import type { Activities } from '../activities/create-activities.js';
import { createActivities } from '../activities/create-activities.js';
import type { CutoverActivities } from '../activities/cutover.js';
import type { SearchAttributeName } from '../domain/grading-workflow.js';
import { createBackendClient } from '../platform/backend-client.js';
import type { Logger } from '../platform/logger.js';
import { createDatabase } from '../platform/postgres/database.js';
import { createSubmissionStore } from '../platform/postgres/submission-store.js';
import type { Settings } from '../platform/settings.js';
import { createTemporalClient, workerConnectionOptions } from '../platform/temporal/connection.js';
import { ensureNamespace } from '../platform/temporal/namespace.js';
import { ensureSearchAttributes } from '../platform/temporal/search-attributes.js';
import type { Sandbox } from '../sandbox/index.js';
import { connectWorker } from './connect.js';
import { createDirectoryOutputStore, pruneOutputs } from './output-store.js';
import { wireCutover } from './wire-cutover.js';

/** Where the outputs on their way are kept. */
function outputDirectory(settings: Settings): string {
  return join(settings.tempDir, 'outputs');
}

export interface WiredActivities {
  readonly activities: Activities & CutoverActivities;
  close(): Promise<void>;
}

/** The activities on the real platform. Nothing connects before it is used. */
export function wireActivities(
  settings: Settings,
  log: Logger,
  sandbox: Sandbox,
  searchAttributes: readonly SearchAttributeName[],
): WiredActivities {
  const database = createDatabase({ url: settings.databaseUrl, applicationName: 'grading-worker', log });
  const activities = createActivities({
    store: createSubmissionStore(database, { recordResult: settings.recordResult }),
    backend: createBackendClient({ baseUrl: settings.backendApiUrl, resultPath: settings.backendResultPath }),
    pool: sandbox,
    outputs: createDirectoryOutputStore(outputDirectory(settings)),
    settings: {
      profile: settings.gradingProfile,
      defaultLimits: {
        timeLimitMs: settings.defaultTimeLimitMs,
        memoryLimitKb: settings.defaultMemoryLimitKb,
      },
      outputReceivedLimitBytes: settings.outputReceivedLimitBytes,
      gradingDeadlineMs: settings.gradingDeadlineMs,
      recordResult: settings.recordResult,
      searchAttributes,
    },
  });
  const cutover = wireCutover(settings, database);
  return {
    activities: { ...activities, ...cutover.activities },
    async close() {
      await Promise.all([cutover.close(), database.close()]);
    },
  };
}

export interface TemporalForWorker {
  readonly connection: NativeConnection;
  readonly searchAttributes: readonly SearchAttributeName[];
}

/** Namespace and search attributes first, then the connection of the workers. @throws when unreachable. */
export async function prepareTemporal(settings: Settings, log: Logger): Promise<TemporalForWorker> {
  const temporal = createTemporalClient(settings.temporal);
  try {
    await temporal.check();
    await ensureNamespace(temporal, log);
    const searchAttributes = [...(await ensureSearchAttributes(temporal, log))];
    return { connection: await connectWorker(workerConnectionOptions(settings.temporal)), searchAttributes };
  } finally {
    await temporal.close();
  }
}

export async function prepareScratch(settings: Settings, log: Logger): Promise<void> {
  const removed = await pruneOutputs(outputDirectory(settings), Date.now());
  if (removed > 0) log.info({ removed }, 'old outputs removed');
}
