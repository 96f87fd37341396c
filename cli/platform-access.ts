import { loadEnvFile } from '../platform/env-file.js';
import type { Logger } from '../platform/logger.js';
import { createLogger } from '../platform/logger.js';
import { createDatabase } from '../platform/postgres/database.js';
import type { SubmissionList } from '../platform/postgres/submission-list.js';
import { createSubmissionList } from '../platform/postgres/submission-list.js';
import type { Settings } from '../platform/settings.js';
import { loadSettings } from '../platform/settings.js';
import type { TemporalClient } from '../platform/temporal/connection.js';
import { createTemporalClient } from '../platform/temporal/connection.js';
import type { GradingStarter } from '../platform/temporal/grading-starter.js';
import { createGradingStarter } from '../platform/temporal/grading-starter.js';

/** The platform and Temporal, as an operator's command sees them: by the settings alone, like a worker. */
export interface PlatformAccess {
  readonly settings: Settings;
  readonly temporal: TemporalClient;
  readonly starter: GradingStarter;
  readonly submissions: SubmissionList;
  readonly log: Logger;
}

/** Opens both, runs `work`, and closes them whatever happens. */
export async function withPlatform<Result>(
  work: (access: PlatformAccess) => Promise<Result>,
): Promise<Result> {
  const settings = loadSettings(loadEnvFile(process.env, process.cwd()));
  // Standard output is for the command's own answer.
  const log = createLogger({ name: 'grader', level: 'warn', format: 'pretty', destination: process.stderr });
  const temporal = createTemporalClient(settings.temporal);
  const database = createDatabase({
    url: settings.databaseUrl,
    applicationName: 'grader-command',
    log,
    maxConnections: 2,
  });
  try {
    // A busy server deserves more patience than a bridge has, which asks again by itself.
    await temporal.check(20_000);
    return await work({
      settings,
      temporal,
      starter: createGradingStarter(temporal, log),
      submissions: createSubmissionList(database),
      log,
    });
  } finally {
    await Promise.allSettled([database.close(), temporal.close()]);
  }
}
