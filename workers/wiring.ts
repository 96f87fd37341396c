import { join } from 'node:path';
import type { Activities } from '../activities/create-activities.js';
import { createActivities } from '../activities/create-activities.js';
import type { RejudgeActivities } from '../activities/create-rejudge-activities.js';
import { createRejudgeActivities } from '../activities/create-rejudge-activities.js';
import type { CutoverActivities } from '../activities/cutover.js';
import type { ShadowActivities } from '../activities/find-for-shadow.js';
import { createShadowActivities } from '../activities/find-for-shadow.js';
import { createStallWatch } from '../activities/stall-watch.js';
import type { SweepActivities } from '../activities/sweep-submissions.js';
import type { SearchAttributeName } from '../domain/grading/grading-workflow.js';
import type { SweepReport } from '../domain/grading/sweep-report.js';
import { createBackendClient } from '../platform/backend/backend-client.js';
import { createDatabase } from '../platform/postgres/database.js';
import { createRejudgeStore } from '../platform/postgres/rejudge-store.js';
import { createSubmissionStore } from '../platform/postgres/submission-store.js';
import type { Logger } from '../platform/process/logger.js';
import type { Settings } from '../platform/settings/settings.js';
import { findForSweep } from '../platform/shadow-candidates.js';
import { createTemporalClient } from '../platform/temporal/connection.js';
import { createShadowResults } from '../platform/temporal/shadow-results.js';
import type { Sandbox } from '../sandbox/index.js';
import { createCompileCache } from './compile-cache.js';
import { countedBackend } from './counted-backend.js';
import type { WorkerMetrics } from './metrics.js';
import { createDirectoryOutputStore } from './output-store.js';
import { watchStuck } from './stuck-watch.js';
import { watchSweep } from './sweep-watch.js';
import { wireCutover } from './wire-cutover.js';
import { wireSweep } from './wire-sweep.js';

/** Where the outputs on their way are kept. */
export function outputDirectory(settings: Pick<Settings, 'scratchDirectory'>): string {
  return join(settings.scratchDirectory, 'outputs');
}

export interface WiredActivities {
  readonly activities: Activities &
    RejudgeActivities &
    CutoverActivities &
    ShadowActivities &
    SweepActivities;
  /** Compiled programs kept in memory. */
  cacheBytes(): number;
  /** Workflows that cannot go on, as last seen. */
  stuckWorkflows(): number;
  /** What the sweeper found last. */
  lastSweep(): SweepReport | undefined;
  close(): Promise<void>;
}

/** The activities on the real platform. Nothing connects before it is used. */
export function wireActivities(
  settings: Settings,
  log: Logger,
  sandbox: Sandbox,
  searchAttributes: () => readonly SearchAttributeName[],
  metrics: WorkerMetrics,
): WiredActivities {
  const database = createDatabase({ url: settings.databaseUrl, applicationName: 'grading-worker', log });
  const stalls = createStallWatch();
  const outputs = createDirectoryOutputStore(outputDirectory(settings));
  // Of its own: the workers' connection cannot ask workflows.
  const temporal = createTemporalClient(settings.temporal);
  const stuck = watchStuck(temporal, log);
  const swept = watchSweep(temporal, log);
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
      localTests: settings.localTests,
      // They may be removed, and made again, while we run.
      get searchAttributes() {
        return searchAttributes();
      },
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
  return {
    activities: {
      ...gradingActivities,
      ...rejudgeActivities,
      ...shadowActivities,
      ...wireCutover(settings, database, temporal, log),
      ...wireSweep(settings, database, temporal, log),
    },
    cacheBytes: () => compiled.bytes(),
    stuckWorkflows: () => stuck.count(),
    lastSweep: () => swept.report(),
    async close() {
      stalls.close();
      stuck.close();
      swept.close();
      await temporal.close();
      await database.close();
    },
  };
}
